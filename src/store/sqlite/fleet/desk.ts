import type { AuditEntry } from "../../../fleet/audit.ts";
import type { FleetChange, FleetKind } from "../../../fleet/types.ts";
import type { AccountChange, AccountStore, AuditStore, TokenUseStore } from "../../ports.ts";
import type { WorkerLink } from "../link.ts";
import type { Given } from "../../resolve.ts";

/** A commit that is decided: everything in it has its uids. All of it is one transaction. */
export interface FleetCommit {
  readonly changes: readonly FleetChange[];
  /** Which uids are those of new rows; the others must be there. */
  readonly created: readonly Given[];
  /** Written after `changes`. */
  readonly accounts: readonly AccountChange[];
  readonly audit: readonly AuditEntry[];
}
/** What the file held when it was opened. */
export interface FleetRead {
  /** Every row as a put, parents first. */
  readonly rows: readonly FleetChange[];
  /** Of every kind the first uid that was never given. */
  readonly firstFree: ReadonlyMap<FleetKind, number>;
}

/** All that is asked of fleet.db while it is open; in the same thread (FleetFile), or over a message (farDesk). */
export interface FleetDesk extends AuditStore, TokenUseStore {
  readonly accounts: AccountStore;
  commit(what: FleetCommit): Promise<void>;
  isPaired(): Promise<boolean>;
  setPaired(): Promise<void>;
  close(): Promise<void>;
}
type Near = Omit<FleetDesk, "accounts">;

/** What the fleet worker is asked: one call of a method of the desk, or of its accounts. */
export type FleetRequest =
  | { readonly on: "file"; readonly method: "open"; readonly args: readonly [path: string] }
  | { readonly on: "file"; readonly method: keyof Near; readonly args: readonly unknown[] }
  | { readonly on: "accounts"; readonly method: keyof AccountStore; readonly args: readonly unknown[] };

const NEAR: Readonly<Record<keyof Near, true>> = {
  commit: true,
  addAudit: true,
  readAudit: true,
  trimAudit: true,
  readUses: true,
  keepUses: true,
  isPaired: true,
  setPaired: true,
  close: true,
};
const ACCOUNTS: Readonly<Record<keyof AccountStore, true>> = {
  login: true,
  signIns: true,
  link: true,
  links: true,
  identity: true,
  identities: true,
  change: true,
};

/** The desk behind a worker: each call is a message, and they are done in the order in which they were made. */
export function farDesk(link: WorkerLink<FleetRequest>): FleetDesk {
  const near = calls<Near>(NEAR, (method, args) => link.call({ on: "file", method, args: packed(method, args) }));
  const accounts = calls<AccountStore>(ACCOUNTS, (method, args) => link.call({ on: "accounts", method, args }));
  return { ...near, accounts };
}

/** A commit goes as text: of a hundred thousand rows a message of objects takes four times as long, most of it on the main thread. */
function packed(method: keyof Near, args: readonly unknown[]): readonly unknown[] {
  return method === "commit" ? [JSON.stringify(args[0])] : args;
}
/** The arguments as they were given. */
export function unpacked({ method, args }: FleetRequest): readonly unknown[] {
  return method === "commit" ? [JSON.parse(String(args[0]))] : args;
}

/** An object whose methods all call `ask`. Its types hold since the other side has an object of this type. */
function calls<D extends object>(
  methods: Readonly<Record<keyof D, true>>,
  ask: (method: keyof D, args: unknown[]) => Promise<unknown>,
): D {
  const names = Object.keys(methods) as (keyof D)[]; // the record has just these
  return Object.fromEntries(names.map((name) => [name, (...args: unknown[]) => ask(name, args)])) as unknown as D;
}
