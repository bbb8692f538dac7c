/** A file of the page's own as a `data:` address. */
declare module '*?inline' {
  const address: string
  export default address
}
