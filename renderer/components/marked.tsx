/** A text with the words marked that were looked for; `marks` are [from, to) in UTF-16 code units, in order. */
export function Marked({ text, marks }: { text: string; marks: readonly (readonly [number, number])[] }) {
  const pieces: React.ReactNode[] = []
  let end = 0
  for (const [from, to] of marks) {
    if (from < end || to <= from) continue
    pieces.push(text.slice(end, from), <mark key={from}>{text.slice(from, to)}</mark>)
    end = to
  }
  return (
    <>
      {pieces}
      {text.slice(end)}
    </>
  )
}
