import { differences, renewed } from "./audit-differences.ts";
import type { Micros } from "../base/types.ts";
import type { Directory } from "./directory.ts";
import type { AnyRow, Look } from "./kind.ts";
import { kindOf, refersTo } from "./kinds.ts";
import { actionOn } from "./audit-action.ts";
import type { FleetChange, FleetKind } from "./types.ts";

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
  /** `<kind>.create`, `.update`, `.delete`, or what else was done: `account.signed_in`. Kinds as the API spells them: `api_user`. */
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
export type AuditWriter = (changes: readonly FleetChange[]) => readonly AuditEntry[] | Promise<readonly AuditEntry[]>;
/** The same of few changes, made at once. */
export type AuditNote = (changes: readonly FleetChange[]) => readonly AuditEntry[];

/**
 * What committed changes mean for the audit log, in their order: who changed what, before and after; in short steps.
 * @param changes with their real uids
 * @param directory as it was before them; nothing may change it meanwhile
 * @param by who acts, or who is behind each of the changes
 */
export function* auditInSteps(
  changes: readonly FleetChange[],
  directory: Directory,
  by: Actor | ((change: FleetChange) => Actor),
  time: Micros,
): Generator<void, readonly AuditEntry[]> {
  const rows = new Rows(directory);
  for (const [i, change] of changes.entries()) {
    if (i % AT_ONCE === AT_ONCE - 1) yield;
    rows.add(change);
  }
  const entries: AuditEntry[] = [];
  for (const [i, change] of changes.entries()) {
    if (i % AT_ONCE === AT_ONCE - 1) yield;
    const uid = change.op === "put" ? change.row.uid : change.uid;
    const was = rows.before(change.kind, uid);
    const is = change.op === "put" ? change.row : null;
    // a row that went with its parent
    if (was === null && is === null) continue;
    const row = (is ?? was) as AnyRow; // one of them is there
    const { kind } = change;
    const taken = is === null ? rows.taken(kind, row) : {};
    const [before, after] = differences(
      was && { ...rows.plain(kind, was), ...renewed(kind, was, is, "the old one"), ...taken },
      is && { ...rows.plain(kind, is), ...renewed(kind, was, is, "a new one") },
    );
    if (before !== null && after !== null && Object.keys(before).length + Object.keys(after).length === 0) continue;
    const name = kindOf(kind).audit.name(row, rows);
    const workspace = rows.workspaceOf(kind, row);
    const actor = typeof by === "function" ? by(change) : by;
    entries.push({ time, by: actor, action: actionOn(kind, was, is), workspace, target: uid, name, before, after });
  }
  return entries;
}

/** Changes of one step. */
const AT_ONCE = 100;

/** The rows that changes speak of: as they come with the changes, otherwise as the directory has them. */
class Rows implements Look {
  private readonly put = new Map<string, AnyRow>();

  constructor(private readonly directory: Directory) {}
  add(change: FleetChange): void {
    if (change.op === "put") this.put.set(`${change.kind} ${change.row.uid}`, change.row);
  }
  before(kind: FleetKind, uid: number): AnyRow | null {
    return this.directory.row(kind, uid) ?? null;
  }
  row<R extends AnyRow>(kind: string, uid: number): R | null {
    // specs name kinds that there are, and know the rows of these
    return (this.put.get(`${kind} ${uid}`) ?? this.before(kind as FleetKind, uid)) as R | null;
  }
  name(kind: string, uid: number): string | null {
    const row = this.row(kind, uid);
    return row === null ? null : kindOf(kind).audit.name(row, this);
  }
  count(kind: string, parent: string, uid: number): number {
    return this.directory.countOf(kind, parent, uid);
  }

  /** A row without secrets, as people read it: what it refers to by number is named. */
  plain(kind: FleetKind, row: AnyRow): Record<string, unknown> {
    const { audit, references } = kindOf(kind);
    const hidden = ["uid", ...(audit.secret ?? [])];
    const known = Object.entries(row).filter(([key]) => !hidden.includes(key) && !SECRET.test(key));
    return Object.fromEntries(
      known.map(([key, value]) => {
        const of = references.find(({ property }) => property === key);
        if (of !== undefined && typeof value === "number") return [key, this.name(of.kind, value) ?? value];
        const shown = audit.shown?.[key];
        return [key, shown === undefined ? value : shown(value as never, this)]; // its own property
      }),
    );
  }
  /** How much goes with a row that is deleted. */
  taken(kind: FleetKind, row: AnyRow): Details {
    const goes = kindOf(kind).audit.goes?.(row, this);
    return goes === undefined ? {} : { taken: goes };
  }
  /** The workspace that a row belongs to; null: none. */
  workspaceOf(kind: string, row: AnyRow): number | null {
    if (kind === "workspace") return row.uid;
    for (const { property, kind: of } of kindOf(kind).references) {
      const uid = refersTo(row, property);
      if (uid === null) continue;
      if (of === "workspace") return uid;
      const parent = this.row(of, uid);
      return parent === null ? null : this.workspaceOf(of, parent);
    }
    return null;
  }
}
