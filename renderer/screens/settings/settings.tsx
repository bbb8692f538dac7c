/** What a person decides about their node. */
export default function Settings(_: { section: string | undefined }) {
  return <p>Settings</p>
}
