/** How things are done here. */
export default function Help() {
  return <p>Help</p>
}
