/** The index's tables. Plain: random ids, counts, sizes and the library's local numbers; all else is sealed. */
export const searchMigration: string = `
-- One row per account. Invariant: version grows with every change of what a search can find, and never repeats.
CREATE TABLE search_state (
  account INTEGER NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL
) STRICT;

-- One row per segment. Invariant: only live segments are searched, each is whole, and every deletion before seq is out of it.
CREATE TABLE search_segment (
  account INTEGER NOT NULL,
  id BLOB NOT NULL,
  -- the version that it began with
  seq INTEGER NOT NULL,
  documents INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  -- 0 being written, 1 live, 2 to be removed
  state INTEGER NOT NULL,
  PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

-- A segment's blocks; 0 holds its facts, and all of a small one.
CREATE TABLE search_block (
  account INTEGER NOT NULL,
  segment BLOB NOT NULL,
  n INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (account, segment, n)
) STRICT;

-- Documents that no longer count in segments with a seq below before_seq; ordinal -1: all of the conversation.
CREATE TABLE search_deleted (
  account INTEGER NOT NULL,
  before_seq INTEGER NOT NULL,
  conversation INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  PRIMARY KEY (account, before_seq, conversation, ordinal)
) STRICT, WITHOUT ROWID;
`

/** States of a segment. */
export const building = 0
export const live = 1
export const dead = 2

/** `ordinal` of a deletion that takes the whole conversation. */
export const everyOrdinal = -1

export const bumpVersion = `INSERT INTO search_state (account, version) VALUES (?, 1)
ON CONFLICT (account) DO UPDATE SET version = search_state.version + 1`
export const selectVersion = 'SELECT version FROM search_state WHERE account = ?'
/** Parameters: id, documents, bytes, state, account; `seq` is the version. */
export const insertSegmentRow = `INSERT INTO search_segment (account, id, seq, documents, bytes, state)
SELECT account, ?, version, ?, ?, ? FROM search_state WHERE account = ?`
export const insertBlock = 'INSERT INTO search_block (account, segment, n, sealed) VALUES (?, ?, ?, ?)'
export const selectBlock = 'SELECT sealed FROM search_block WHERE account = ? AND segment = ? AND n = ?'
export const selectLive = 'SELECT id, seq, documents, bytes FROM search_segment WHERE account = ? AND state = 1'
/** A row of {@link selectLive}. */
export interface LiveSegment {
  id: Uint8Array
  seq: number
  documents: number
  bytes: number
}
