/** Search and commands from anywhere. */
export default function Palette(_: { close: () => void }) {
  return <p>Palette</p>
}
