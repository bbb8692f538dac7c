/** Signing in: links, sessions, tokens. */
export { sessionHandlers } from './handlers.ts'
export { type ActiveSession, createSessions, type Sessions } from './sessions.ts'
export { createSessionStore, type SessionStore, sessionsMigration } from './store.ts'
export type { NodeKey } from './tokens.ts'
