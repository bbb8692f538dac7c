/** What was searched since the page was opened, the last first. Forgotten with the page: it rests nowhere. */
const most = 10
let searched: readonly string[] = []

export function rememberSearch(words: string): void {
  const said = words.trim()
  if (said !== '') searched = [said, ...searched.filter((one) => one !== said)].slice(0, most)
}

export const recentSearches = (): readonly string[] => searched
