import { toClientConfig, parse } from "pg-connection-string";
import type { ClientConfig } from "pg";
import { errorText, Refusal } from "../../base/errors.ts";

/** Where the store is: a database, and a schema of it that belongs to one instance. */
export interface Target {
  /** Of each host in the order given; the first that takes writes is used. */
  readonly hosts: readonly ClientConfig[];
  readonly schema: string;
  /** Host and database, for people; without user and password. */
  readonly shown: string;
}

/** Name of the schema when the address says none. */
const SCHEMA = "fieldcast";
const NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * `postgres://[user[:password]@]host[:port][,host[:port]…]/database[?schema=…&sslmode=…&sslrootcert=…]`. Passwords may be in PGPASSWORD or
 * in ~/.pgpass instead, as for any client.
 * @throws Refusal invalid_config
 */
export function targetOf(address: string): Target {
  const found = /^postgres(?:ql)?:\/\/(?:([^@/?]*)@)?([^/?]*)(\/[^?]*)?(\?.*)?$/.exec(address);
  if (found === null) throw unreadable("it is not like postgres://user@host:5432/database");
  const [, user = "", authority = "", path = "", query = ""] = found;
  const asked = new URLSearchParams(query);
  const schema = asked.get("schema") ?? SCHEMA;
  if (!NAME.test(schema)) throw unreadable("a schema has lower-case letters, digits and underscores, at most 63");
  asked.delete("schema");
  const rest = asked.size > 0 ? `?${asked}` : "";
  const hosts = authority
    .split(",")
    .map((host) => configOf(`postgres://${user ? `${user}@` : ""}${host}${path}${rest}`));
  const database = hosts[0]?.database ?? "";
  if (database === "") throw unreadable("the database is missing behind the host");
  const where = asked.get("host") ?? authority;
  return { hosts, schema, shown: `${where}/${database}${schema === SCHEMA ? "" : `, schema ${schema}`}` };
}

function configOf(one: string): ClientConfig {
  try {
    // as libpq reads sslmode: `require` encrypts and trusts any certificate unless there is a root
    const wanted = parse(one, { useLibpqCompat: true });
    return toClientConfig(wanted) as ClientConfig; // its own type knows no ClientConfig
  } catch (error) {
    throw unreadable(errorText(error).replace(/^SECURITY WARNING: /, ""));
  }
}

function unreadable(why: string): Refusal {
  return new Refusal("invalid_config", `The address of the PostgreSQL store cannot be used: ${why}.`);
}
