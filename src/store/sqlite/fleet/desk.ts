import type { Micros } from "../../../base/types.ts";
import type { AuditEntry } from "../../../fleet/audit.ts";
import type { FleetChange, FleetKind } from "../../../fleet/types.ts";
import type { AccountChange, AccountStore, AuditStore, Basis, TokenUseStore } from "../../ports.ts";
import type { Written } from "../../revisions.ts";
import type { WorkerLink } from "../link.ts";
import type { FleetCommit } from "./commit.ts";
import { type PackedCommit, Packer } from "./packed.ts";

export type { FleetCommit } from "./commit.ts";

/** What the file held when it was opened. */
export interface FleetRead {
  /** Every row as a put, parents first. */
  readonly rows: readonly FleetChange[];
  /** Of every kind the first uid that was never given. */
  readonly firstFree: ReadonlyMap<FleetKind, number>;
  /** Among several nodes: how often it was changed, and what they have in common; "" for one that is alone. */
  readonly rev: number;
  readonly secret: string;
}
/** A node among several, for its transactions: its number and its epoch. */
export type FleetNode = readonly [node: number, epoch: number];

/** All that is asked of fleet.db while it is open; in the same thread (FleetFile), or over a message (farDesk). */
export interface FleetDesk extends AuditStore, TokenUseStore {
  readonly accounts: DeskAccounts;
  /** @returns where it is stored; null: nobody else is to know of it */
  commit(what: FleetCommit): Promise<Written | null>;
  /** The lowest and the highest id of an audit entry; 0: there are none. */
  auditSpan(): Promise<{ readonly first: number; readonly last: number }>;
  /** See FleetRevisions.spend. */
  spend(what: string, until: Micros, now: Micros): Promise<boolean>;
  isPaired(): Promise<boolean>;
  setPaired(): Promise<void>;
  close(): Promise<void>;
}
/** How people sign in, as the desk has it. */
export interface DeskAccounts extends Omit<AccountStore, "change"> {
  /** @param basis see Telling */
  change(
    changes: readonly AccountChange[],
    audit?: readonly AuditEntry[],
    basis?: Basis | null,
  ): Promise<Written | null>;
}
type Near = Omit<FleetDesk, "accounts">;

/** What the fleet worker is asked: one call of a method of the desk, or of its accounts. */
export type FleetRequest =
  | { readonly on: "file"; readonly method: "open"; readonly args: readonly [path: string, node: FleetNode | null] }
  | { readonly on: "file"; readonly method: "part"; readonly args: readonly [part: PackedCommit] }
  | { readonly on: "file"; readonly method: "commit"; readonly args: readonly [last: PackedCommit] }
  | { readonly on: "file"; readonly method: Exclude<keyof Near, "commit">; readonly args: readonly unknown[] }
  | { readonly on: "accounts"; readonly method: keyof DeskAccounts; readonly args: readonly unknown[] };

const NEAR: Readonly<Record<Exclude<keyof Near, "commit">, true>> = {
  addAudit: true,
  readAudit: true,
  auditSpan: true,
  trimAudit: true,
  readUses: true,
  keepUses: true,
  spend: true,
  isPaired: true,
  setPaired: true,
  close: true,
};
const ACCOUNTS: Readonly<Record<keyof DeskAccounts, true>> = {
  login: true,
  signIns: true,
  link: true,
  links: true,
  identity: true,
  identities: true,
  preferences: true,
  change: true,
};

/** The desk behind a worker: each call is a message, and they are done in the order in which they were made. */
export function farDesk(link: WorkerLink<FleetRequest>): FleetDesk {
  const near = calls<Omit<Near, "commit">>(NEAR, (method, args) => link.call({ on: "file", method, args }));
  const packer = new Packer((method, part) => link.call({ on: "file", method, args: [part] }));
  const accounts = calls<DeskAccounts>(ACCOUNTS, (method, args) => link.call({ on: "accounts", method, args }));
  return { ...near, accounts, commit: (what) => packer.commit(what) };
}

/** An object whose methods all call `ask`. Its types hold since the other side has an object of this type. */
function calls<D extends object>(
  methods: Readonly<Record<keyof D, true>>,
  ask: (method: keyof D, args: unknown[]) => Promise<unknown>,
): D {
  const names = Object.keys(methods) as (keyof D)[]; // the record has just these
  return Object.fromEntries(names.map((name) => [name, (...args: unknown[]) => ask(name, args)])) as unknown as D;
}
