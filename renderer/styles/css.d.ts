/** Style sheets are taken in by the build; a module's class names are its own. */
declare module '*.module.css' {
  const names: Readonly<Record<string, string>>
  export default names
}
declare module '*.css'
