// Before anything is drawn: the theme that was chosen here, so that no other flashes up while the page loads. The page
// itself reads all preferences again, with care; the desktop app keeps them elsewhere.
try {
  const { theme } = JSON.parse(localStorage.getItem('preferences') ?? '{}')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is forbidden, or holds something else.
}
