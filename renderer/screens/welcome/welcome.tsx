/** The first run. */
export default function Welcome() {
  return <p>Welcome</p>
}
