/** Bringing exports in, and what came of it. */
export default function Imports() {
  return <p>Imports</p>
}
