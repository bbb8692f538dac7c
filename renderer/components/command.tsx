/** A command for the person to type, with a word on where. */
export function Command({ line, hint }: { line: string; hint: string }) {
  return (
    <div className="command">
      <code>{line}</code>
      <small>{hint}</small>
    </div>
  )
}
