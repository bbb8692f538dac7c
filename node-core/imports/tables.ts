/** Imports as this node sees them. What they brought is in the log; this is how far each has come. */
export const importsMigration = `
-- Invariant: one that is neither done, failed nor cancelled when the node starts was interrupted, and goes on.
CREATE TABLE import (
  account INTEGER NOT NULL,
  -- keyed hash of the import's id
  name BLOB NOT NULL,
  state INTEGER NOT NULL,
  started INTEGER NOT NULL,
  finished INTEGER NOT NULL,
  conversations INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  -- staged file of an upload, random name; empty for paths of this machine
  staged TEXT NOT NULL,
  -- id, file name, paths, format, report
  sealed BLOB NOT NULL,
  PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_started ON import (account, started DESC);
`
