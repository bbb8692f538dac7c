/** What the page and its service worker say to each other. */

/** Take the place of the worker before: the person lets the new version in. */
export const takeOver = 'take-over'
/** Names the sending of what waits, for the browser's background sync. */
export const outboxTag = 'outbox'
