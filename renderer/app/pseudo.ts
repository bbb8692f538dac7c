/** The pseudo-locale: every catalogue text marked, accented and a third longer, so that what is not in a catalogue or does not fit is seen. */

const accented: Readonly<Record<string, string>> = Object.fromEntries(
  [...'aeiouyAEIOUYcnsz'].map((plain, at) => [plain, [...'áéíóúýÁÉÍÓÚÝçñšž'][at] ?? plain]),
)

/** Arguments, plural rules and tags of the message format stay as they are. */
export function pseudo(message: string): string {
  let depth = 0
  let tag = false
  let text = ''
  let shown = 0
  for (const character of message) {
    if (character === '{') depth++
    if (character === '<') tag = true
    // Inside plural rules the texts stand at even depth.
    const plain = depth % 2 === 0 && !tag
    if (plain) shown++
    text += plain ? (accented[character] ?? character) : character
    if (character === '}') depth--
    if (character === '>') tag = false
  }
  return `⟦${text}${'·'.repeat(Math.ceil(shown / 3))}⟧`
}
