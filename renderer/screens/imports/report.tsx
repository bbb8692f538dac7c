/** What an import brought. */
export default function ImportReport(_: { run: string }) {
  return <p>ImportReport</p>
}
