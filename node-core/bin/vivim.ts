#!/usr/bin/env node
/** The command line's entry: parse, run, exit code. */
import { setMaxListeners } from 'node:events'
import { type ExitCode, parseLine } from './cli/arguments.ts'
import { createContext } from './cli/context.ts'
import { helpOf, overview } from './cli/help.ts'
import { findVersion } from './cli/installed.ts'
import { fail } from './cli/outcome.ts'
import { createTerminal } from './cli/terminal.ts'
import { commands } from './commands/index.ts'

const folder = import.meta.dirname
const stopping = new AbortController()
setMaxListeners(0, stopping.signal)
let asked: number | undefined
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Asked again after a while means at once, and the store bears it; what comes together is one wish by two ways.
    if (asked !== undefined && performance.now() - asked > 1000) process.exit(130)
    asked ??= performance.now()
    stopping.abort()
  })
}
// Whoever reads our answer may stop reading: `vivim list | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<ExitCode> {
  const terminalFor = (json: boolean) =>
    createTerminal(
      { input: process.stdin, output: process.stdout, errors: process.stderr },
      { json, environment: process.env, monotonic: () => performance.now() },
    )
  let terminal = terminalFor(args.includes('--json'))
  try {
    const parsed = parseLine(args, commands)
    if (parsed.kind !== 'run') {
      terminal.print(parsed.kind === 'help' ? (parsed.topic ? helpOf(parsed.topic) : overview(commands)) : findVersion(folder))
      return 0
    }
    const { command, given, globals } = parsed
    terminal = terminalFor(globals.json)
    return await command.run(
      given,
      createContext({ terminal, globals, environment: process.env, signal: stopping.signal, folder }),
    )
  } catch (error) {
    return fail(error, terminal)
  } finally {
    // A terminal's input that is listened to would keep the process.
    process.stdin.unref?.()
  }
}
