/** Everything that was found, with filters. */
export default function Search() {
  return <p>Search</p>
}
