/** A step of `MIGRATIONS`: what is noted of integrations. */
export const INTEGRATION_TABLES = `
  -- Keys by which what comes in again is recognised; each was committed with the rows of what came first.
  CREATE TABLE arrival (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, time INTEGER NOT NULL) STRICT;
  CREATE INDEX arrival_time ON arrival (time);
  -- What came in and what became of it; bytes: the length of body, which is JSON.
  CREATE TABLE pass (
    id INTEGER PRIMARY KEY, time INTEGER NOT NULL, workspace INTEGER NOT NULL, product INTEGER NOT NULL,
    bytes INTEGER NOT NULL, body TEXT NOT NULL
  ) STRICT;
  -- Where a pass is listed: kind 0: of a workspace, 1: of a product, 2: of a device; owner: its uid.
  CREATE TABLE pass_list (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, owner INTEGER NOT NULL, pass INTEGER NOT NULL) STRICT;
  CREATE INDEX pass_list_owner ON pass_list (kind, owner);
  CREATE INDEX pass_list_pass ON pass_list (pass);
  -- What was named and is not there; body: what is known of it as JSON.
  CREATE TABLE suggestion (
    id INTEGER PRIMARY KEY, workspace INTEGER NOT NULL, product INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX suggestion_name ON suggestion (workspace, product, kind, name);
  `;
