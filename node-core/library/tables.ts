/** The library's tables. Everything that a person or a provider wrote is in sealed columns. */
export const libraryMigration = `
-- One row per conversation. Invariant: name is the keyed hash of its id; a deleted one keeps its row, so that nothing brings that incarnation back.
CREATE TABLE conversation (
  account INTEGER NOT NULL,
  id INTEGER NOT NULL,
  name BLOB NOT NULL,
  incarnation INTEGER NOT NULL,
  -- position of the event that changed it last: what was prepared elsewhere holds only for the version it saw
  version INTEGER NOT NULL,
  -- 0 shown, 1 hidden (all its imports are undone), 2 deleted, 3 edited before it came
  state INTEGER NOT NULL,
  source INTEGER NOT NULL,
  -- 1: a project, memory or the like
  document INTEGER NOT NULL,
  -- milliseconds; 0 where unknown
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  branches INTEGER NOT NULL,
  hidden INTEGER NOT NULL,
  archived INTEGER NOT NULL,
  starred INTEGER NOT NULL,
  inferred INTEGER NOT NULL,
  contributions INTEGER NOT NULL,
  -- keyed hash of the newest import's content
  fingerprint BLOB,
  head BLOB,
  PRIMARY KEY (account, id),
  UNIQUE (account, name)
) STRICT;
CREATE INDEX conversation_updated ON conversation (account, state, document, updated DESC, id DESC);
CREATE INDEX conversation_created ON conversation (account, state, document, created DESC, id DESC);

-- The sealed tree of a conversation's messages: beside the row, so that lists do not read it.
CREATE TABLE conversation_tree (
  account INTEGER NOT NULL,
  conversation INTEGER NOT NULL,
  tree BLOB NOT NULL,
  PRIMARY KEY (account, conversation)
) STRICT;

-- Which chunks a conversation was put together from. Invariant: n grows by one per conversation and incarnation.
CREATE TABLE contribution (
  account INTEGER NOT NULL,
  conversation INTEGER NOT NULL,
  n INTEGER NOT NULL,
  chunk INTEGER NOT NULL,
  import BLOB NOT NULL,
  updated INTEGER NOT NULL,
  milliseconds INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  device TEXT NOT NULL,
  PRIMARY KEY (account, conversation, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX contribution_import ON contribution (account, import, conversation);
CREATE INDEX contribution_chunk ON contribution (account, chunk);

-- Contributions of one import that another import held too.
CREATE TABLE vouch (
  account INTEGER NOT NULL,
  import BLOB NOT NULL,
  conversation INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (account, import, conversation, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX vouch_conversation ON vouch (account, conversation);

-- What became of each conversation in an import: 0 imported, 1 updated, 2 unchanged.
CREATE TABLE import_item (
  account INTEGER NOT NULL,
  import BLOB NOT NULL,
  conversation INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  added INTEGER NOT NULL,
  PRIMARY KEY (account, import, conversation)
) STRICT, WITHOUT ROWID;

CREATE TABLE undone_import (
  account INTEGER NOT NULL,
  import BLOB NOT NULL,
  milliseconds INTEGER NOT NULL,
  erased INTEGER NOT NULL,
  PRIMARY KEY (account, import)
) STRICT, WITHOUT ROWID;

-- What conversations can be filtered by: models, projects, tags, as imports and the person said. Sealed cells of few sizes.
CREATE TABLE facet (
  account INTEGER NOT NULL,
  conversation INTEGER NOT NULL,
  -- the position of the event that changed it last
  changed INTEGER NOT NULL,
  imported BLOB,
  own BLOB,
  PRIMARY KEY (account, conversation)
) STRICT, WITHOUT ROWID;
CREATE INDEX facet_changed ON facet (account, changed);

-- A person's tags: one last-writer-wins register per target and tag; name is the keyed hash of both.
CREATE TABLE tagging (
  account INTEGER NOT NULL,
  conversation INTEGER NOT NULL,
  name BLOB NOT NULL,
  is_on INTEGER NOT NULL,
  milliseconds INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  device TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (account, conversation, name)
) STRICT, WITHOUT ROWID;

-- Notes: sealed Yjs documents. Deleted ones keep a row without content.
CREATE TABLE note (
  account INTEGER NOT NULL,
  name BLOB NOT NULL,
  -- 0: stands on its own
  conversation INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  sealed BLOB,
  PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX note_updated ON note (account, deleted, updated DESC);
CREATE INDEX note_conversation ON note (account, conversation);
CREATE INDEX note_ordinal ON note (account, ordinal);
-- Chunks of what a person said of a conversation (name empty) or in a note, so that deleting either drops them.
CREATE TABLE said_chunk (
  account INTEGER NOT NULL,
  conversation INTEGER NOT NULL,
  name BLOB NOT NULL,
  chunk INTEGER NOT NULL,
  PRIMARY KEY (account, conversation, name, chunk)
) STRICT, WITHOUT ROWID;

-- Files that conversations use. Name is the file's keyed hash; sealed: its id, and which conversations. No row left: the file goes.
CREATE TABLE blob (
  account INTEGER NOT NULL,
  name BLOB NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;
-- The ids of the files that one conversation uses.
CREATE TABLE blob_use (
  account INTEGER NOT NULL,
  conversation INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (account, conversation)
) STRICT, WITHOUT ROWID;
-- Blobs whose last use ended, waiting for the follower that removes the files.
CREATE TABLE blob_orphan (
  account INTEGER NOT NULL,
  name BLOB NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;

-- What tombstones name: 1 for good, 0 as long as no import that counts holds it.
CREATE TABLE chunk_named (
  account INTEGER NOT NULL,
  chunk INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  PRIMARY KEY (account, chunk)
) STRICT, WITHOUT ROWID;
-- Imports that vouch for a part whose bytes are not here.
CREATE TABLE vouch_awaited (
  account INTEGER NOT NULL,
  chunk INTEGER NOT NULL,
  import BLOB NOT NULL,
  PRIMARY KEY (account, chunk, import)
) STRICT, WITHOUT ROWID;
-- Parts that speak of what was deleted already, and that its tombstones do not name: the next one does.
CREATE TABLE chunk_left (
  account INTEGER NOT NULL,
  chunk INTEGER NOT NULL,
  PRIMARY KEY (account, chunk)
) STRICT, WITHOUT ROWID;
-- Files that conversations use and that may not be here yet. Sealed: the id, and the documents that wait for it; and, of
-- a file that comes in pieces, its size and theirs.
CREATE TABLE blob_awaited (
  account INTEGER NOT NULL,
  name BLOB NOT NULL,
  sealed BLOB NOT NULL,
  pieces BLOB,
  PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;
`
export const states = { shown: 0, hidden: 1, deleted: 2, awaited: 3 } as const
