import type { Micros } from "../base/types.ts";
import type { Directory } from "./directory.ts";
import type { FleetChange, FleetKind, FleetRows, Grant } from "./types.ts";

/** Who acts: an account, or one of those below. */
export interface Actor {
  /** "u:<user uid>", "a:<api user uid>", or a word for one who has no account. */
  readonly key: string;
  /** For people, as it was at that time. */
  readonly name: string;
  /** The address that the request came from; null: this machine's owner. */
  readonly from: string | null;
}
/** The owner of the data folder, by a command. */
export const COMMAND_LINE: Actor = { key: "command_line", name: "the command line", from: null };
/** `--apply` at the start of the server. */
export const FLEET_FILE: Actor = { key: "fleet_file", name: "the fleet file", from: null };
/** What the very first start makes. */
export const FIRST_START: Actor = { key: "first_start", name: "the first start", from: null };

/** Something that was done; one line of the audit log. */
export interface AuditEntry {
  readonly time: Micros;
  readonly by: Actor;
  /** `<kind>.create`, `.update`, `.delete`, or what else was done: `sign_in`. */
  readonly action: string;
  /** uid of the workspace that it concerns; null: the instance, or a person. */
  readonly workspace: number | null;
  /** What it was done to: its uid, and its name at that time. 0: nothing that has one. */
  readonly target: number;
  readonly name: string;
  /** What was different, without secrets; null: it was not there, or is not any more. */
  readonly before: Details | null;
  readonly after: Details | null;
}
export type Details = Readonly<Record<string, unknown>>;

/** Never in the log, whatever they hold. */
const SECRET = /hash|secret|password/i;

/** What is to be noted of changes, in the same transaction. @param changes with their real uids */
export type AuditWriter = (changes: readonly FleetChange[]) => readonly AuditEntry[];

/**
 * What committed changes mean for the audit log, in their order: who changed what, before and after.
 * @param changes with their real uids
 * @param directory as it was before them
 * @param by who acts, or who is behind each of the changes
 */
export function auditOf(
  changes: readonly FleetChange[],
  directory: Directory,
  by: Actor | ((change: FleetChange) => Actor),
  time: Micros,
): readonly AuditEntry[] {
  const rows = new Rows(changes, directory);
  const entries: AuditEntry[] = [];
  for (const change of changes) {
    const uid = change.op === "put" ? change.row.uid : change.uid;
    const was = rows.before(change.kind, uid);
    const is = change.op === "put" ? change.row : null;
    // a row that went with its parent
    if (was === null && is === null) continue;
    const row = (is ?? was) as Row; // one of them is there
    const taken = is === null ? takenAlong(change.kind, uid, directory) : {};
    const [before, after] = differences(was && { ...rows.plain(was), ...taken }, is && rows.plain(is));
    if (before !== null && after !== null && Object.keys(before).length + Object.keys(after).length === 0) continue;
    const verb = was === null ? "create" : is === null ? "delete" : "update";
    const { name, workspace } = rows.describe(change.kind, row);
    const actor = typeof by === "function" ? by(change) : by;
    entries.push({ time, by: actor, action: `${change.kind}.${verb}`, workspace, target: uid, name, before, after });
  }
  return entries;
}

type Row = FleetRows[FleetKind];

/** Of two rows what is not the same in both. */
function differences(before: Details | null, after: Details | null): [Details | null, Details | null] {
  if (before === null || after === null) return [before, after];
  const different = (key: string) => JSON.stringify(before[key]) !== JSON.stringify(after[key]);
  const only = (row: Details) => Object.fromEntries(Object.entries(row).filter(([key]) => different(key)));
  return [only(before), only(after)];
}

/** How much goes with a row that is deleted. */
function takenAlong(kind: FleetKind, uid: number, directory: Directory): Details {
  const product = kind === "product" ? directory.productByUid(uid) : undefined;
  if (product) return { taken: { devices: product.devicesById.size, fields: product.fields.size } };
  if (kind !== "workspace") return {};
  const products = directory.productsOf(uid);
  const devices = products.reduce((sum, { devicesById }) => sum + devicesById.size, 0);
  return { taken: { products: products.length, devices, api_users: directory.apiUsersOf(uid).length } };
}

/** The rows that changes speak of: as they come with the changes, otherwise as the directory has them. */
class Rows {
  private readonly put = new Map<string, Row>();

  constructor(
    changes: readonly FleetChange[],
    private readonly directory: Directory,
  ) {
    for (const change of changes) if (change.op === "put") this.put.set(`${change.kind} ${change.row.uid}`, change.row);
  }
  before(kind: FleetKind, uid: number): Row | null {
    const { directory } = this;
    switch (kind) {
      case "workspace":
        return directory.workspace(uid) ?? null;
      case "product":
        return directory.productByUid(uid)?.row ?? null;
      case "field":
        return directory.field(uid)?.row ?? null;
      case "device":
        return directory.deviceByUid(uid)?.row ?? null;
      case "user":
        return directory.user(uid) ?? null;
      case "membership":
        return directory.membership(uid) ?? null;
      case "apiUser":
        return directory.apiUser(uid) ?? null;
      case "token":
        return directory.token(uid) ?? null;
      default:
        return kind satisfies never;
    }
  }
  private row<K extends FleetKind>(kind: K, uid: number): FleetRows[K] | null {
    return (this.put.get(`${kind} ${uid}`) ?? this.before(kind, uid)) as FleetRows[K] | null; // the key names the kind
  }

  /** A row without secrets, as people read it: what it refers to by number is named. */
  plain(row: Row): Record<string, unknown> {
    const known = Object.entries(row).filter(([key]) => key !== "uid" && !SECRET.test(key));
    return Object.fromEntries(known.map(([key, value]) => [key, this.named(key, value)]));
  }
  private named(key: string, value: unknown): unknown {
    if (key === "grants" && Array.isArray(value)) return (value as Grant[]).map((grant) => this.grant(grant));
    if (typeof value !== "number") return value;
    switch (key) {
      case "workspace":
        return this.row("workspace", value)?.slug ?? value;
      case "product":
        return this.row("product", value)?.slug ?? value;
      case "user":
        return this.row("user", value)?.email ?? value;
      case "apiUser": {
        const row = this.row("apiUser", value);
        return row ? this.apiUser(row) : value;
      }
      default:
        return value;
    }
  }
  /** As the API writes it. */
  private grant(grant: Grant): unknown {
    if (grant.scope === "product") return { ...grant, product: this.named("product", grant.product) };
    if (grant.scope !== "device") return grant;
    const { device: uid, ...rest } = grant;
    const device = this.row("device", uid);
    return device ? { ...rest, product: this.named("product", device.product), device: device.id } : grant;
  }

  /** What people call a row, and whose it is. */
  describe(kind: FleetKind, row: Row): { name: string; workspace: number | null } {
    switch (kind) {
      case "workspace": {
        const own = row as FleetRows["workspace"]; // by its kind, as all below
        return { name: own.slug, workspace: own.uid };
      }
      case "product": {
        const own = row as FleetRows["product"];
        return { name: own.slug, workspace: own.workspace };
      }
      case "field":
      case "device": {
        const own = row as FleetRows["field" | "device"];
        const product = this.row("product", own.product);
        return { name: `${product?.slug ?? "?"}/${own.id}`, workspace: product?.workspace ?? null };
      }
      case "user":
        return { name: (row as FleetRows["user"]).email, workspace: null };
      case "membership": {
        const own = row as FleetRows["membership"];
        return { name: this.row("user", own.user)?.email ?? "?", workspace: own.workspace };
      }
      case "apiUser": {
        const own = row as FleetRows["apiUser"];
        return { name: this.apiUser(own), workspace: own.workspace };
      }
      case "token": {
        const own = row as FleetRows["token"];
        const apiUser = own.apiUser === null ? null : this.row("apiUser", own.apiUser);
        const owner = apiUser ? this.apiUser(apiUser) : (this.row("user", own.user ?? 0)?.email ?? "?");
        return { name: `#${own.uid} of ${owner}`, workspace: apiUser?.workspace ?? null };
      }
      default:
        return kind satisfies never;
    }
  }
  private apiUser({ name, workspace }: FleetRows["apiUser"]): string {
    return `${name}@${this.row("workspace", workspace)?.slug ?? "?"}`;
  }
}
