import { Component, type ReactNode } from 'react'

interface Props {
  /** What is shown instead once something in `children` has failed. */
  readonly fallback: ReactNode
  /** Where the person is: somewhere else, what is there is tried anew. */
  readonly at?: string
  readonly children: ReactNode
}

/** Keeps a mistake in one part of the page from taking the rest with it. React has no other way than a class. */
export class Boundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }

  override componentDidUpdate(before: Props): void {
    if (this.state.failed && before.at !== this.props.at) this.setState({ failed: false })
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.fallback : this.props.children
  }
}
