/** Which node committed a record: another one that follows the log reads it. 0: that was not noted yet. */
export const NODE_OF_RECORD = "ALTER TABLE log ADD COLUMN node bigint NOT NULL DEFAULT 0;";
/** What nodes know by that a message on the bus is of a node of this store. */
export const BUS = `
  CREATE TABLE bus (id bigint PRIMARY KEY CHECK (id = 1), key bytea NOT NULL);
  INSERT INTO bus VALUES (1, decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));
`;
/** Which node has a session; 0: that was not noted yet. */
export const SESSION_OWNER = `
  ALTER TABLE session ADD COLUMN owner bigint NOT NULL DEFAULT 0;
  CREATE INDEX session_owner ON session (owner);
`;
/** Two nodes may want to make the series of a device's field at the same moment: one of them does. */
export const SERIES_OWNER = "CREATE UNIQUE INDEX series_owner ON series (device, field);";

/**
 * Of nodes that share a store: that a node does, and the epoch of which the log has told that it takes part; 0: it has not yet.
 */
export const SEVERAL =
  "ALTER TABLE node ADD COLUMN several bigint NOT NULL DEFAULT 0, ADD COLUMN up bigint NOT NULL DEFAULT 0;";

/**
 * What nodes say of themselves: by which data folder they are known; until when the store is theirs, by the database's clock; when one that
 * waits was last heard; up to where it has applied the log; the SHA-256 of the CA of its own that its listeners' certificates are of
 * ("operator": they are files of the operator's; "": it has no such listeners); and its clocks (src/app/clock.ts), with which the next one goes on.
 */
export const NODES = `
  ALTER TABLE node
    ADD COLUMN identity text COLLATE "C" NOT NULL DEFAULT md5(random()::text),
    ADD COLUMN lease_until timestamptz NOT NULL DEFAULT '-infinity',
    ADD COLUMN seen timestamptz NOT NULL DEFAULT '-infinity',
    ADD COLUMN applied bigint NOT NULL DEFAULT 0,
    ADD COLUMN authority text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN clock text COLLATE "C" NOT NULL DEFAULT '';
  CREATE UNIQUE INDEX node_identity ON node (identity);
`;
/** Epochs of the nodes that have a connection of a device, with commas between them. */
export const HOLDERS = `ALTER TABLE presence ADD COLUMN holders text COLLATE "C" NOT NULL DEFAULT '';`;
/** How a node is asked over HTTP by others: its address there, the secret that they show; and whether it lets clients go. */
export const ASKED = `
  ALTER TABLE node
    ADD COLUMN url text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN ask_key text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN draining bigint NOT NULL DEFAULT 0;
`;
