/** Which commands are meant by what was typed. Pure. */
import type { Command } from '../../app/commands.ts'
import type { Text } from '../../app/language.tsx'

const mostNamed = 3
const mostOthers = 6

/** `named`: those whose name has words that begin so; `others`: by their further words, or to begin with. */
export function matchCommands(all: readonly Command[], typed: string, text: Text): { named: Command[]; others: Command[] } {
  if (typed === '') return { named: [], others: all.filter(({ first }) => first) }
  const wanted = wordsOf(typed)
  const begin = (name: string) => wanted.every((word) => wordsOf(name).some((one) => one.startsWith(word)))
  const named = all.filter(({ name }) => begin(text(name)))
  const others = all.filter(
    (one) => !named.includes(one) && one.words !== undefined && begin(`${text(one.name)} ${text(one.words)}`),
  )
  return { named: named.slice(0, mostNamed), others: [...named.slice(mostNamed), ...others].slice(0, mostOthers) }
}

const wordsOf = (words: string): string[] => words.toLocaleLowerCase().split(/\s+/).filter(Boolean)
