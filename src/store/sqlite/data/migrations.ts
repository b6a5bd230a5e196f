import { ALERTS } from "./alerts.ts";
import { INTEGRATION_TABLES } from "./integration-tables.ts";
import { JOURNALS } from "./journal.ts";

/** Step n brings schema version n to n + 1 (PRAGMA user_version), in one transaction. Never change one; add one. */
export const MIGRATIONS = [
  `
  CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    next_seq INTEGER NOT NULL, next_series INTEGER NOT NULL, next_session INTEGER NOT NULL,
    trim_to INTEGER NOT NULL, plain_commits INTEGER NOT NULL
  ) STRICT;
  INSERT INTO meta VALUES (1, 1, 1, 1, 0, 0);
  CREATE TABLE log (id INTEGER PRIMARY KEY, count INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
  CREATE TABLE series (
    id INTEGER PRIMARY KEY, device INTEGER NOT NULL, field INTEGER NOT NULL, type TEXT NOT NULL,
    cur_time INTEGER, cur_value BLOB, last_arrival INTEGER NOT NULL DEFAULT 0,
    sealed_seq INTEGER NOT NULL DEFAULT 0, last_block INTEGER
  ) STRICT;
  CREATE TABLE block (
    id INTEGER PRIMARY KEY, series INTEGER NOT NULL, t0 INTEGER NOT NULL, t1 INTEGER NOT NULL,
    n INTEGER NOT NULL, body BLOB NOT NULL
  ) STRICT;
  CREATE INDEX block_range ON block (series, t0, t1);
  CREATE TABLE session (
    id INTEGER PRIMARY KEY, principal TEXT NOT NULL, client_id TEXT NOT NULL, version INTEGER NOT NULL,
    expiry INTEGER NOT NULL, created INTEGER NOT NULL, disconnected_at INTEGER, will BLOB,
    floor INTEGER NOT NULL DEFAULT 0, state BLOB
  ) STRICT;
  CREATE TABLE subscription (
    session INTEGER NOT NULL, filter TEXT NOT NULL, qos INTEGER NOT NULL, no_local INTEGER NOT NULL,
    retain_as_published INTEGER NOT NULL, retain_handling INTEGER NOT NULL, identifier INTEGER NOT NULL,
    since_seq INTEGER NOT NULL, PRIMARY KEY (session, filter)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE queue_chunk (
    id INTEGER PRIMARY KEY, session INTEGER NOT NULL, first_qn INTEGER NOT NULL, count INTEGER NOT NULL,
    deadline_max INTEGER NOT NULL, body BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX queue_chunk_order ON queue_chunk (session, first_qn);
  CREATE TABLE refusal (
    id INTEGER PRIMARY KEY, device INTEGER NOT NULL, principal TEXT NOT NULL, time INTEGER NOT NULL,
    code TEXT NOT NULL, message TEXT NOT NULL, topic TEXT NOT NULL, payload TEXT NOT NULL,
    base64 INTEGER NOT NULL, count INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX refusal_device ON refusal (device);
  CREATE INDEX refusal_principal ON refusal (principal, device);
  -- What a deleted series (kind 0: blocks) or session (kind 1: chunks) still has in the file; removed in slices.
  CREATE TABLE doomed (kind INTEGER NOT NULL, owner INTEGER NOT NULL, PRIMARY KEY (kind, owner)) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE presence (
    device INTEGER PRIMARY KEY, connected INTEGER NOT NULL, connected_at INTEGER, disconnected_at INTEGER,
    number INTEGER NOT NULL
  ) STRICT;
  ALTER TABLE meta ADD COLUMN seen_floor INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- body: the whole message, packed by src/store/retained.ts.
  CREATE TABLE retained (
    id INTEGER PRIMARY KEY, workspace INTEGER NOT NULL, topic BLOB NOT NULL, body BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX retained_topic ON retained (workspace, topic);
  `,
  `
  -- What has been sealed of a series and does not fill a block yet, or lies before the end of its blocks. Of equal times the
  -- part with the highest id holds, and any part before a block.
  CREATE TABLE part (
    id INTEGER PRIMARY KEY, series INTEGER NOT NULL, t0 INTEGER NOT NULL, t1 INTEGER NOT NULL,
    n INTEGER NOT NULL, body BLOB NOT NULL
  ) STRICT;
  CREATE INDEX part_series ON part (series);
  -- Blocks of a series are disjoint in time from now on: those that overlap an older one become parts.
  INSERT INTO part (series, t0, t1, n, body) SELECT series, t0, t1, n, body FROM block AS b WHERE EXISTS (
    SELECT 1 FROM block AS a WHERE a.series = b.series AND a.t0 <= b.t1 AND a.t1 >= b.t0 AND a.id < b.id
  ) ORDER BY id;
  DELETE FROM block AS b WHERE EXISTS (SELECT 1 FROM part AS p WHERE p.series = b.series AND p.t0 = b.t0 AND p.body = b.body);
  -- Points of a range that are deleted: log rows up to seq, and, until it is swept, blocks and parts.
  CREATE TABLE purge (
    id INTEGER PRIMARY KEY, series INTEGER NOT NULL, t0 INTEGER NOT NULL, t1 INTEGER NOT NULL,
    seq INTEGER NOT NULL, swept INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  -- Points of these series (little-endian 32-bit numbers) before a time are dropped in the background.
  CREATE TABLE retain (id INTEGER PRIMARY KEY, before INTEGER NOT NULL, series BLOB NOT NULL) STRICT;
  ALTER TABLE series DROP COLUMN last_block;
  `,
  `
  -- Figures of buckets of points that were dropped; t0 and t1: start of the first and the last bucket.
  CREATE TABLE rollup (
    id INTEGER PRIMARY KEY, series INTEGER NOT NULL, step INTEGER NOT NULL, t0 INTEGER NOT NULL, t1 INTEGER NOT NULL,
    n INTEGER NOT NULL, body BLOB NOT NULL
  ) STRICT;
  CREATE INDEX rollup_range ON rollup (series, step, t0, t1);
  -- JSON: the rollups to make of what is dropped.
  ALTER TABLE retain ADD COLUMN rollups TEXT NOT NULL DEFAULT '[]';
  -- Points before this time were rolled up and dropped; what has come since then for that time waits for the next sweep.
  ALTER TABLE series ADD COLUMN rolled_to INTEGER;
  `,
  `
  -- Events, as the inspector shows them, under their first name; body: the event as JSON.
  CREATE TABLE door (
    id INTEGER PRIMARY KEY, time INTEGER NOT NULL, workspace INTEGER NOT NULL, principal TEXT NOT NULL,
    device INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX door_workspace ON door (workspace);
  CREATE INDEX door_principal ON door (principal);
  CREATE INDEX door_device ON door (device);
  CREATE INDEX door_time ON door (time);
  `,
  `
  -- Of a row that stands for several refusals: when the first of them was; null: that is not known, or it stands for one.
  ALTER TABLE refusal ADD COLUMN first INTEGER;
  `,
  `
  -- Messages of the log up to this one are not queued again for a session: they are in its state, in chunks, or went. Not in its
  -- row: that would be rewritten with its state for each chunk.
  CREATE TABLE queue_reach (session INTEGER PRIMARY KEY, queued INTEGER NOT NULL) STRICT;
  -- What several sessions wait for alike is stored once, and its chunks have an empty body; it goes with the last of them.
  CREATE TABLE queue_body (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
  ALTER TABLE queue_chunk ADD COLUMN shared INTEGER;
  CREATE INDEX queue_chunk_shared ON queue_chunk (shared) WHERE shared IS NOT NULL;
  `,
  `
  -- From here on records of the log do not contain their number (record.ts), and a mark ties them to it (mark.ts); null: an
  -- older one. plain_commits is the number of the newest commit without a log row, as its caller counts them.
  ALTER TABLE log ADD COLUMN mark INTEGER;
  `,
  `
  -- Number of *seen* that a device had under an id which it has left: it was deleted, or renamed. product: uid.
  CREATE TABLE seen (id INTEGER PRIMARY KEY, product INTEGER NOT NULL, device TEXT NOT NULL, number INTEGER NOT NULL) STRICT;
  CREATE UNIQUE INDEX seen_device ON seen (product, device);
  `,
  `
  -- The part of a series that reaches furthest is found without a look at the others.
  DROP INDEX part_series;
  CREATE INDEX part_series ON part (series, t1);
  `,
  `
  -- Durable consumers of the feed: rows up to \`position\` were handled, or left out from \`lost\` on.
  CREATE TABLE consumer (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, position INTEGER NOT NULL, lost INTEGER) STRICT;
  `,
  INTEGRATION_TABLES,
  JOURNALS,
  ALERTS,
] as const satisfies readonly string[];
