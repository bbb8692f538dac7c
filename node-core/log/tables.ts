/** The log's own tables. Positions are local to this store; what orders events between devices is in their envelopes. */
export const logMigration = `
-- One row per account of this node. Invariant: its keys are in the keychain under the same DID, or recovery is needed.
CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  did TEXT NOT NULL UNIQUE,
  created INTEGER NOT NULL,
  -- DID of the device that this node writes as
  device TEXT NOT NULL,
  -- X25519 public key of the recovery key: data keys are wrapped for it without the phrase
  recovery BLOB NOT NULL,
  -- epoch of sync cursors; random, new after a restore
  epoch BLOB NOT NULL,
  phrase_confirmed INTEGER NOT NULL DEFAULT 0,
  -- 0: no quota
  quota INTEGER NOT NULL DEFAULT 0,
  -- bytes of its stored files, as of the last import or sweep
  files INTEGER NOT NULL DEFAULT 0,
  -- events up to this position, and their chunks, are in event_name, event_seq and chunk_name
  named INTEGER NOT NULL DEFAULT 0,
  -- sealed; null where the person gave none
  name BLOB
) STRICT;

-- Data keys, wrapped twice. Invariant: the highest number of a kind seals, all open; none seals more than 2^30 messages.
CREATE TABLE data_key (
  account INTEGER NOT NULL,
  kind TEXT NOT NULL,
  number INTEGER NOT NULL,
  by_keychain BLOB NOT NULL,
  by_recovery BLOB NOT NULL,
  sealed INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account, kind, number)
) STRICT, WITHOUT ROWID;

-- Devices that have signed events here, with the newest event of each: the vector clock. One that was forked has a row for
-- each part of its chain: what comes before the fork, which has no first event where the first number is forked, and what
-- follows from each of the events that fork it.
CREATE TABLE device (
  account INTEGER NOT NULL,
  id INTEGER NOT NULL,
  did TEXT NOT NULL,
  -- id of the part's first event; empty for the part with which the chain begins
  part BLOB NOT NULL,
  -- the row of the part that it follows; null for that one
  parent INTEGER,
  -- number of its first event
  first INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  head BLOB NOT NULL,
  -- where that event stands in this store
  position INTEGER NOT NULL,
  -- time of that event: a chain's times only grow, so the newest of all devices is the log's clock
  milliseconds INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  -- bytes of the stored chunks of its events
  used INTEGER NOT NULL,
  -- its events above this number are void; null: none is
  cut INTEGER,
  PRIMARY KEY (account, id),
  UNIQUE (account, did, part)
) STRICT, WITHOUT ROWID;

-- Signed envelopes, for ever. Invariant: position grows by one per event of an account.
CREATE TABLE event (
  account INTEGER NOT NULL,
  position INTEGER NOT NULL,
  id BLOB NOT NULL,
  device INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  milliseconds INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  type TEXT NOT NULL,
  envelope BLOB NOT NULL,
  PRIMARY KEY (account, position)
) STRICT, WITHOUT ROWID;
-- Where the few events stand that say who may sign.
CREATE TABLE authority (
  account INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (account, position)
) STRICT, WITHOUT ROWID;

-- Sealed payload parts; id: account, position and part in one number (chunk-place.ts).
-- Invariant: sealed is null only where a tombstone event names the chunk.
CREATE TABLE chunk (
  id INTEGER PRIMARY KEY,
  digest BLOB NOT NULL,
  size INTEGER NOT NULL,
  sealed BLOB,
  account INTEGER NOT NULL GENERATED ALWAYS AS (id >> 40) VIRTUAL,
  position INTEGER NOT NULL GENERATED ALWAYS AS ((id >> 10) & 1073741823) VIRTUAL,
  part INTEGER NOT NULL GENERATED ALWAYS AS (id & 1023) VIRTUAL
) STRICT;

-- Parts that came without their bytes and that no tombstone names yet: other nodes are asked for them.
CREATE TABLE chunk_awaited (
  chunk INTEGER PRIMARY KEY
) STRICT;

-- Where to find what is named by its digest. Written for many events at once (names.ts): they would make each append
-- write a page of chance more.
CREATE TABLE event_name (
  account INTEGER NOT NULL,
  id BLOB NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE chunk_name (
  account INTEGER NOT NULL,
  digest BLOB NOT NULL,
  chunk INTEGER NOT NULL,
  PRIMARY KEY (account, digest)
) STRICT, WITHOUT ROWID;

-- Where a device's events stand: what another node lacks is read from here. Written with the names: what a device signs
-- goes to the end of its range.
CREATE TABLE event_seq (
  account INTEGER NOT NULL,
  device INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (account, device, seq)
) STRICT, WITHOUT ROWID;

-- How far each follower has come. At least once: a follower's work is idempotent.
CREATE TABLE follower (
  account INTEGER NOT NULL,
  name TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;

-- Versions of projections. position: how far a rebuild has come; null when it is done.
CREATE TABLE projection (
  account INTEGER NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  position INTEGER,
  PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;
`
