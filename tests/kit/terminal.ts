/** A person at a terminal: a command on a pseudo-terminal of the system's, with what they type at each question. */
import { spawn, spawnSync } from 'node:child_process'

/** Why there is none here, or undefined. */
export const terminalMissing = (): string | undefined =>
  process.platform === 'linux' && !spawnSync('script', ['--version'], { stdio: 'ignore' }).error
    ? undefined
    : 'no “script” of util-linux, which gives a terminal'

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

/**
 * Runs a command line there; each answer is typed, with Enter, when its question appears. Answers what the screen
 * showed and the exit code. A question that never comes leaves the command waiting, which ends it after a minute.
 */
export async function atTerminal(
  line: readonly string[],
  environment: Readonly<Record<string, string>>,
  answers: readonly (readonly [question: string, typed: string])[] = [],
): Promise<{ code: number | null; screen: string }> {
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', line.map(quoted).join(' '), '/dev/null'], {
    env: { ...environment, TERM: 'xterm', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 120_000,
  })
  let screen = ''
  let unread = ''
  const left = [...answers]
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text
    unread += text
    for (let next = left[0]; next && unread.includes(next[0]); next = left[0]) {
      unread = unread.slice(unread.indexOf(next[0]) + next[0].length)
      child.stdin.write(`${next[1]}\r`)
      left.shift()
    }
  })
  child.stdin.on('error', () => {})
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (left.length > 0) throw new Error(`never asked “${left[0]?.[0]}”:\n${screen}`)
  return { code, screen: screen.replaceAll('\r\n', '\n') }
}
