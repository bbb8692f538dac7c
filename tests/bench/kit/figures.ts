/** What a benchmark prints, and how it puts measurements together. */
import { cpus, totalmem } from 'node:os'

export interface Figures {
  name: string
  size: number
  /** Our figure; what it counts stands in `unit`. */
  ours: number
  /** The limit's figure from the same run; null where the limit is a fixed one. */
  limit: number | null
  unit: string
  target: string
  /** Whether every target is met. */
  ok: boolean
  details: object
}

/** Prints one JSON document; the exit code says whether the targets are met. */
export function printFigures({ ours, limit, ...rest }: Figures): void {
  const { name, size, unit, target, ok, details } = rest
  const ratio = limit === null ? null : rounded(ours / limit)
  const machine = {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memory: mebibytes(totalmem()),
    node: process.version,
  }
  const document = {
    name,
    size,
    unit,
    ours: rounded(ours),
    limit: limit === null ? null : rounded(limit),
    ratio,
    target,
    ok,
    details,
    machine,
  }
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
  process.exitCode = ok ? 0 : 1
}

/** A line for whoever waits; the figures alone go to stdout. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Three digits that mean something. */
export const rounded = (value: number): number => Number(value.toPrecision(value >= 1000 ? 5 : 3))
export const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20)

/** The value that `share` (0 to 1) of `values` do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
export const median = (values: readonly number[]): number => percentile(values, 0.5)

/** Milliseconds that `work` takes, and what it answers. */
export async function timed<T>(work: () => Promise<T> | T): Promise<{ milliseconds: number; result: T }> {
  const started = performance.now()
  const result = await work()
  return { milliseconds: performance.now() - started, result }
}
