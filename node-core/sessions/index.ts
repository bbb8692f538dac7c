/** Signing in: links, sessions, tokens. */
export { sessionHandlers } from './handlers.ts'
export { createSessions } from './sessions.ts'
export { createSessionStore, type SessionStore } from './store.ts'
export type { NodeKey } from './tokens.ts'
