import { Refusal } from "../../base/errors.ts";
import { Lost, sqlState, unavailable } from "./failures.ts";
import { Session } from "./session.ts";
import { checksumsOf, type Demands, replicationOf, type Suitability } from "./replication.ts";
import { type Target, targetOf } from "./url.ts";

const OLDEST = 14;
/** Connections that a server uses: commits, background, reads, fleet, lock, and one to look. */
const CONNECTIONS = 6;
/** s that the clocks may differ. */
const SKEW_S = 300;

/**
 * What a PostgreSQL is like as a store. It acknowledges and loses when it is set so, and then nothing that stands on it can do better.
 * @param now Unix time in ms
 */
export async function suitability(address: string, now: number, wish: Demands = {}): Promise<Suitability[]> {
  const target = targetOf(address);
  const session = new Session(target, { name: "doctor" });
  const other = new Session(target, { name: "doctor" });
  try {
    const { rows } = await session.query({ text: QUESTION, values: [target.schema] });
    const [version, fsync, pages, encoding, checksums, standbys, most, time, ours, mayCreate, pid, senders] =
      rows[0] ?? [];
    const found = [
      versionOf(Number(version)),
      on("fsync", fsync, "a power cut loses what was acknowledged"),
      on("full_page_writes", pages, "a power cut may tear a page, and what was acknowledged is lost"),
      ...encodingOf(String(encoding)),
      ...rightsOf(target, ours === 1, mayCreate === 1),
      ...checksumsOf(String(checksums), wish),
      ...connectionsOf(Number(most)),
      ...clockOf(Number(time), now),
      replicationOf(String(standbys), Number(senders), wish),
    ];
    const again = await other.query({ text: "SELECT pg_backend_pid()" });
    if (Number(again.rows[0]?.[0]) === Number(pid)) found.push(POOLED);
    return found;
  } catch (error) {
    const away = error instanceof Lost || /^(?:57P0|53)/.test(sqlState(error)) ? { isAway: true as const } : {};
    return [
      { level: "bad", text: unavailable(error).message, mend: "see that it runs and lets this user in", ...away },
    ];
  } finally {
    await Promise.all([session.end(), other.end()]);
  }
}

/**
 * Why a PostgreSQL is not taken as a store, and what to do: null: it is. `storage_unavailable`: it cannot be asked, and may be suitable.
 */
export async function unsuitability(address: string, now: number, wish: Demands): Promise<Refusal | null> {
  const bad = (await suitability(address, now, wish)).filter(({ level }) => level === "bad");
  if (bad.length === 0) return null;
  const why = bad.map(({ text, mend }) => `${text} (${mend})`).join("; ");
  const code = bad.some(({ isAway }) => isAway === true) ? "storage_unavailable" : "invalid_config";
  return new Refusal(code, `--store ${targetOf(address).shown} is not taken: ${why}`);
}
/** @throws Refusal invalid_config: what is unsuitable, and what to do */
export async function mustBeSuitable(address: string, now: number, wish: Demands): Promise<void> {
  const why = await unsuitability(address, now, wish);
  if (why !== null) throw new Refusal("invalid_config", why.message);
}

const QUESTION =
  "SELECT current_setting('server_version_num')::int, current_setting('fsync'), current_setting('full_page_writes'), " +
  "current_setting('server_encoding'), current_setting('data_checksums'), current_setting('synchronous_standby_names'), " +
  "current_setting('max_connections')::int, extract(epoch FROM clock_timestamp())::float8, " +
  // whose the schema is, if it is there
  "coalesce((SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = $1), true), " +
  "EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1) OR has_database_privilege(current_database(), 'CREATE'), pg_backend_pid(), " +
  "(SELECT count(*) FROM pg_stat_replication)";

function versionOf(number: number): Suitability {
  const major = Math.floor(number / 10_000);
  const text = `PostgreSQL ${major}.${number % 10_000}`;
  if (major >= OLDEST) return { level: "good", text, mend: "" };
  return { level: "bad", text: `${text} is too old`, mend: `${OLDEST} or newer is needed` };
}
function on(name: string, value: unknown, harm: string): Suitability {
  if (value === "on") return { level: "good", text: `${name} is on`, mend: "" };
  return { level: "bad", text: `${name} is off: ${harm}`, mend: `set ${name} = on in postgresql.conf` };
}
function encodingOf(encoding: string): Suitability[] {
  if (encoding === "UTF8") return [];
  const mend = "make one with ENCODING 'UTF8' TEMPLATE template0";
  return [{ level: "bad", text: `the database has the encoding ${encoding}`, mend }];
}
function rightsOf({ schema }: Target, ours: boolean, mayCreate: boolean): Suitability[] {
  if (!ours)
    return [
      {
        level: "bad",
        text: `the schema ${schema} belongs to another role`,
        mend: `ALTER SCHEMA ${schema} OWNER TO …, or another ?schema=`,
      },
    ];
  if (mayCreate) return [];
  return [{ level: "bad", text: "this user may make no schema there", mend: "GRANT CREATE ON DATABASE … TO …" }];
}
function connectionsOf(most: number): Suitability[] {
  if (most >= 4 * CONNECTIONS) return [];
  const mend = "raise max_connections";
  return [{ level: "odd", text: `it has ${most} connections for everybody, and a server uses ${CONNECTIONS}`, mend }];
}
function clockOf(time: number, now: number): Suitability[] {
  const skew = Math.round(Math.abs(time - now / 1000));
  if (skew <= SKEW_S) return [];
  const mend = "set both by NTP";
  return [{ level: "bad", text: `its clock and this machine's differ by ${skew} s`, mend }];
}
const POOLED: Suitability = {
  level: "bad",
  text: "a pooler hands one server connection to several clients",
  mend: "connect to PostgreSQL itself, or set the pooler to pool_mode = session",
};
