/** The built node for tests that only need one to talk to: `vivim serve` on a machine of its own. */
import { newMachine } from './product.ts'

export interface ServedNode extends AsyncDisposable {
  /** The sign-in link that it printed when it was ready; works once. */
  readonly link: string
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  readonly data: string
  /** Everything that it printed so far. */
  output(): string
}

/** Starts a node and waits for its link; stopping it removes its data. */
export async function serveNode(): Promise<ServedNode> {
  const machine = await newMachine()
  try {
    const { link, origin, output } = await machine.serve()
    return { link, origin, data: machine.data, output, [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose]() }
  } catch (error) {
    await machine[Symbol.asyncDispose]()
    throw error
  }
}
