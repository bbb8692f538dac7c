/**
 * What a program wrote before it ended, without what belongs to the person: no paths but the program's own files, no
 * texts between quotation marks, no addresses, names, ids or keys. What is no known kind of line goes as a whole.
 */

import { z } from 'zod'

/** Lines that are kept of one report, and signs of one line. */
const most = { lines: 40, signs: 200 } as const

/** A frame of a stack: the function, and where it stands in the program's own files. */
const frame = /^\s*at (?:(?:async )?([\w$.<># [\]]{1,80}) \()?(?:file:\/\/)?([^()]*?)(?::(\d+)(?::(\d+))?)?\)?$/
/** An error's own name and code; what it says may quote what a person wrote. */
const error = /^(?:Uncaught )?((?:[A-Z]\w{0,40})?(?:Error|Exception|Warning))\b(?: \[([A-Z][A-Z0-9_]{1,60})\])?/
/** Codes of the system, of Node and of SQLite: words of programs. */
const code = /\b(?:E[A-Z]{2,15}|ERR_[A-Z0-9_]{2,60}|SQLITE_[A-Z_]{2,40}|SIG[A-Z]{2,8})\b/g
/** What the runtime itself says when it ends. */
const fatal =
  /^(?:#\s*)?(?:FATAL ERROR: [A-Za-z:, .-]{1,120}|Fatal (?:error|JavaScript)[A-Za-z:, .-]{0,120}|Aborted|Segmentation fault|Node\.js v[\d.]{1,20})/
/** What the node's log says of itself: words of the program. */
const said = /^[A-Za-z’', -]{1,100}$/
/** The program's own files: everything else is a place on the person's disk. */
const own = /(?:^|[/\\])((?:out|node_modules|node-core|app\.asar)[/\\][\w@.+\-/\\]{1,120})$/

const logged = z.object({
  msg: z.string().optional(),
  err: z.object({ type: z.string().optional(), code: z.string().optional(), stack: z.string().optional() }).optional(),
})

/** The lines of `words` that say something about the program and nothing about the person. */
export function scrub(words: string): string[] {
  const lines = words.split(/\r?\n/).flatMap((line) => (line.startsWith('{') ? ofLog(line) : [line]))
  const kept = lines.flatMap((line) => {
    const clean = lineOf(line)
    return clean === undefined ? [] : [clean.slice(0, most.signs)]
  })
  return kept.slice(-most.lines)
}

/** A line of the node's log: its own words, and the error's name, code and places. */
function ofLog(line: string): string[] {
  const entry = logged.safeParse(jsonOf(line)).data
  if (!entry) return []
  const { msg, err } = entry
  const named = err && [err.type, err.code && `[${err.code}]`].filter(Boolean).join(' ')
  const frames = err?.stack?.split('\n').filter((one) => one.trimStart().startsWith('at ')) ?? []
  return [...(msg && said.test(msg) ? [`log: ${msg}`] : []), ...(named ? [named] : []), ...frames]
}

function lineOf(line: string): string | undefined {
  if (line.startsWith('log: ') && said.test(line.slice(5))) return line
  const [, name, place = '', row, column] = frame.exec(line) ?? []
  if (line.trimStart().startsWith('at ')) {
    const where = /^node:[\w/]{1,60}$/.test(place) ? place : (own.exec(place)?.[1] ?? '…')
    const at = [where.replaceAll('\\', '/'), row, column].filter(Boolean).join(':')
    return `    at ${name ? `${name} (${at})` : at}`
  }
  const [, kind, named] = error.exec(line) ?? []
  const codes = [...new Set([named, ...(line.match(code) ?? [])].filter((one) => one !== undefined))]
  if (kind) return [kind, ...codes].join(' ')
  const end = fatal.exec(line.trim())
  if (end) return end[0]
  return codes.length > 0 ? `… ${codes.join(' ')}` : undefined
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
