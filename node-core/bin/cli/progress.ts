/** How far something is: a bar that moves on a terminal, a plain line now and then in a pipe. */
import type { Writable } from 'node:stream'

export interface Step {
  /** What it is at: `Importing`. */
  readonly stage: string
  readonly done: number
  /** Null where nobody knows. */
  readonly total: number | null
  /** Figures beside the bar. */
  readonly detail?: string
}

export interface Progress {
  show(step: Step): void
  /** Takes the bar away; what follows begins on a line of its own. */
  end(): void
}

const barWidth = 24
/** Milliseconds between two states that are shown. */
const pace = { animated: 100, plain: 5000 }

export function createProgress(
  errors: Writable & { readonly columns?: number },
  { animated, silent, monotonic }: { animated: boolean; silent: boolean; monotonic: () => number },
): Progress {
  let last: { stage: string; at: number } | undefined
  if (silent) return { show() {}, end() {} }
  return {
    show(step) {
      const now = monotonic()
      if (last?.stage === step.stage && now - last.at < (animated ? pace.animated : pace.plain)) return
      last = { stage: step.stage, at: now }
      if (animated) errors.write(`\r\x1b[2K${[...barOf(step)].slice(0, (errors.columns ?? 80) - 1).join('')}`)
      else errors.write(`${lineOf(step)}\n`)
    },
    end() {
      if (animated && last) errors.write('\r\x1b[2K')
      last = undefined
    },
  }
}

const shareOf = ({ done, total }: Step): number | undefined => (total ? Math.min(1, done / total) : undefined)
const percent = (share: number): string => `${Math.floor(share * 100)} %`

function barOf(step: Step): string {
  const share = shareOf(step)
  const detail = step.detail ? `  ${step.detail}` : ''
  if (share === undefined) return `${step.stage} …${detail}`
  const full = Math.round(share * barWidth)
  return `${step.stage} ${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${percent(share)}${detail}`
}

function lineOf(step: Step): string {
  const share = shareOf(step)
  return [step.stage, share === undefined ? '' : percent(share), step.detail ?? ''].filter(Boolean).join('  ')
}
