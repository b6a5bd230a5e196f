import { file, setting } from "./setting.ts";
import { kind, onOff, originUrl } from "./values.ts";

/** Where everything is stored. */
export const STORE = setting({
  group: "storage",
  value: "URL",
  secret: true,
  schema: postgresUrl(),
  fallback: null,
  description: "keep everything in PostgreSQL, postgres://user@host/database, not in the data folder",
});

/** Measurements for SQL besides, in PostgreSQL (docs/postgresql.md "SQL for people"). */
export const SQL = setting({
  group: "storage",
  value: "off|arrays|rows",
  schema: kind<"off" | "arrays" | "rows">("off, arrays or rows", (value) =>
    value === "off" || value === "arrays" || value === "rows" ? value : undefined,
  ),
  fallback: "off",
  description: "with --store: measurements also as tables for SQL, compact (arrays) or a row each",
});

export const DATA_LOST_OK = setting({
  group: "storage",
  value: "on|off",
  schema: onOff(),
  fallback: "off",
  description: "starts with an empty data.db where the one beside fleet.db is missing; for that one start",
});

export const STANDBY = setting({
  group: "storage",
  value: "on|off",
  schema: onOff(),
  fallback: "off",
  bare: true,
  description: "waits while another server has the PostgreSQL of --store, and takes over when that ends",
});

export const CLUSTER = setting({
  group: "storage",
  value: "on|off",
  schema: onOff(),
  fallback: "off",
  bare: true,
  description: "shares the PostgreSQL of --store with other servers that are active, too (docs/cluster.md)",
});

export const NODE_URL = setting({
  group: "storage",
  value: "URL",
  schema: originUrl(),
  fallback: null,
  description: "where other servers of a cluster ask this one; by default its --http or --https",
});

export const BUS = setting({
  group: "storage",
  value: "URL",
  secret: true,
  schema: kind("nats://HOST:PORT, or tls://", (value) =>
    /^(?:nats|tls):\/\/[^/?\s]+(?:\/[A-Za-z0-9_.-]*)?(?:\?ca=[^&\s]+)?$/.test(value) ? value : undefined,
  ),
  fallback: null,
  description: "with --cluster: NATS by which nodes tell each other what is stored, nats://user@host,host",
});
export const BUS_SECRET_FILE = file("storage", "file with the password or token for --bus (first line)");

export const UNREPLICATED_OK = setting({
  group: "storage",
  value: "on|off",
  schema: onOff(),
  fallback: "off",
  description: "takes a PostgreSQL whose failover loses what was acknowledged; only for tests of one's own",
});

/** A PostgreSQL: one host or several, and a database. What else may stand in it is the store's to say. */
function postgresUrl() {
  return kind("postgres://USER@HOST:PORT/DATABASE", (value) =>
    /^postgres(?:ql)?:\/\/[^/?\s]*\/[^/?\s]+(?:\?\S*)?$/.test(value) ? value : undefined,
  );
}
