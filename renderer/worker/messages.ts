/** What the page says to its service worker. */

/** Take the place of the worker before: the person lets the new version in. */
export const takeOver = 'take-over'
