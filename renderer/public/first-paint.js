// Before anything is drawn: the theme that was chosen here, so that no other flashes up while the page loads. The page
// itself reads all preferences again, with care; the desktop app keeps them elsewhere.
try {
  const { theme } = JSON.parse(localStorage.getItem('preferences') ?? '{}')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is forbidden, or holds something else.
}

// Zod tries `new Function` as soon as the first schema is made, which the content policy refuses and reports. Modules that
// hold schemas are evaluated before the page's entry can tell it not to, so it is told here.
globalThis.__zod_globalConfig = { jitless: true }
