import type { TokenUse } from "../../auth/uses.ts";
import { Refusal } from "../../base/errors.ts";
import { InTurn } from "../../base/in-turn.ts";
import type { Micros } from "../../base/types.ts";
import type { AuditEntry, AuditWriter } from "../../fleet/audit.ts";
import { allKinds, kindOf, refersTo } from "../../fleet/kinds.ts";
import type { FleetChange, FleetKind, FleetRows, Grant } from "../../fleet/types.ts";
import type { AccountChange, AuditQuery, FleetDraft, FleetStore, StoredAudit, TokenUseStore } from "../ports.ts";
import { Resolver } from "../resolve.ts";
import { MemoryAccounts } from "./accounts.ts";
import { MemoryAudit } from "./audit.ts";
import { keysOf } from "./unique.ts";

/** Parents before their rows. */
const KINDS = allKinds().map(({ name }) => name as FleetKind); // the specs of just these

type Row = FleetRows[FleetKind];
type Tables = ReadonlyMap<string, Map<number, Row>>;

/** What holds rows beyond a store that is closed. */
export class MemoryFleetData {
  tables: Tables = new Map(KINDS.map((kind) => [kind, new Map<number, Row>()]));
  free: ReadonlyMap<FleetKind, number> = new Map(KINDS.map((kind) => [kind, 1]));
  isPaired = false;
  readonly audit = new MemoryAudit();
  readonly uses = new Map<number, TokenUse>();
  readonly accounts = new MemoryAccounts((kind, uid) => this.tables.get(kind)?.has(uid) === true);
}

/** Fleet metadata and accounts in memory: an engine for tests. */
export class MemoryFleetStore implements FleetStore, TokenUseStore {
  private isOpen = false;
  private readonly turns = new InTurn();

  constructor(readonly data: MemoryFleetData = new MemoryFleetData()) {}

  async open(): Promise<readonly FleetChange[]> {
    this.isOpen = true;
    return KINDS.flatMap((kind) => [...tableOf(this.data.tables, kind).values()].map((row) => putOf(kind, row)));
  }
  async close(): Promise<void> {
    this.isOpen = false;
  }
  private get there(): MemoryFleetData {
    if (!this.isOpen) throw new Refusal("storage_unavailable", "The fleet store is not open.");
    return this.data;
  }

  commit(
    drafts: readonly FleetDraft[],
    audit: AuditWriter = () => [],
    accounts: readonly AccountChange[] = [],
  ): Promise<readonly FleetChange[]> {
    return this.turns.run(() => this.store(drafts, audit, accounts));
  }
  private async store(
    drafts: readonly FleetDraft[],
    audit: AuditWriter,
    accounts: readonly AccountChange[],
  ): Promise<readonly FleetChange[]> {
    const data = this.there;
    const resolver = new Resolver(data.free);
    const changes = resolver.resolve(drafts);
    const people = resolver.accounts(accounts);
    const entries = await audit(changes);
    const before = data.tables;
    const next: Tables = new Map([...before].map(([kind, rows]) => [kind, new Map(rows)]));
    for (const change of changes) apply(next, change, data.free, resolver.next);
    for (const kind of KINDS) checkUnique(kind, next);
    data.tables = next;
    try {
      await data.accounts.change(people);
    } catch (error) {
      data.tables = before;
      throw error;
    }
    data.free = resolver.next;
    await data.audit.addAudit(entries);
    for (const uid of tableOf(before, "user").keys()) if (!tableOf(next, "user").has(uid)) data.accounts.forget(uid);
    for (const uid of tableOf(before, "workspace").keys())
      if (!tableOf(next, "workspace").has(uid)) data.accounts.forgetWorkspace(uid);
    return changes;
  }
  async firstFree(kind: FleetKind): Promise<number> {
    return this.there.free.get(kind) ?? 1;
  }

  get accounts(): MemoryAccounts {
    return this.there.accounts;
  }
  async addAudit(entries: readonly AuditEntry[]): Promise<void> {
    await this.there.audit.addAudit(entries);
  }
  async readAudit(query: AuditQuery): Promise<readonly StoredAudit[]> {
    return this.there.audit.readAudit(query);
  }
  async trimAudit(before: Micros, most: number): Promise<number> {
    return this.there.audit.trimAudit(before, most);
  }
  async readUses(since = 0): Promise<readonly TokenUse[]> {
    const { uses, tables } = this.there;
    const there = [...uses.values()].filter(({ token }) => tableOf(tables, "token").has(token));
    return there.filter(({ time }) => time >= since);
  }
  async keepUses(uses: readonly TokenUse[]): Promise<void> {
    const { tables, uses: kept } = this.there;
    for (const use of uses) if (tableOf(tables, "token").has(use.token)) kept.set(use.token, use);
  }
  async isPaired(): Promise<boolean> {
    return this.there.isPaired;
  }
  async setPaired(): Promise<void> {
    this.there.isPaired = true;
  }
}

function tableOf(tables: Tables, kind: string): Map<number, Row> {
  return tables.get(kind) ?? new Map();
}
function putOf(kind: FleetKind, row: Row): FleetChange {
  return { kind, op: "put", row } as FleetChange; // the row lay under its kind
}
/** @throws Refusal not_found: the row is gone, or one that it refers to */
function apply(
  tables: Tables,
  change: FleetChange,
  from: ReadonlyMap<FleetKind, number>,
  to: ReadonlyMap<FleetKind, number>,
): void {
  if (change.op === "delete") return remove(tables, change.kind, change.uid);
  const { kind, row } = change;
  const table = tableOf(tables, kind);
  const isNew = row.uid >= (from.get(kind) ?? 1) && row.uid < (to.get(kind) ?? 1);
  if (!isNew && !table.has(row.uid)) throw new Refusal("not_found", `There is no ${kind} ${row.uid}.`);
  for (const { property, kind: parent } of kindOf(kind).references) {
    const uid = refersTo(row, property);
    if (uid !== null && !tableOf(tables, parent).has(uid))
      throw new Refusal("not_found", `There is no ${parent} ${uid}.`);
  }
  table.set(row.uid, row);
}

/** A row, with all that refers to it; of grants those that name it. */
function remove(tables: Tables, kind: string, uid: number): void {
  if (!tableOf(tables, kind).delete(uid)) return;
  for (const child of KINDS)
    for (const { property, kind: parent } of kindOf(child).references) {
      if (parent !== kind) continue;
      for (const row of [...tableOf(tables, child).values()])
        if (refersTo(row, property) === uid) remove(tables, child, row.uid);
    }
  if (kind !== "product" && kind !== "device") return;
  const names = (grant: Grant): boolean =>
    kind === "product"
      ? grant.scope === "product" && grant.product === uid
      : grant.scope === "device" && grant.device === uid;
  const users = tableOf(tables, "apiUser");
  for (const row of users.values()) {
    const { grants } = row as FleetRows["apiUser"]; // of that table
    if (grants.some(names)) users.set(row.uid, { ...row, grants: grants.filter((grant) => !names(grant)) } as Row);
  }
}

/** @throws Refusal invalid_fleet */
function checkUnique(kind: FleetKind, tables: Tables): void {
  const seen = new Set<string>();
  for (const row of tableOf(tables, kind).values())
    for (const key of keysOf(kind, row)) {
      if (seen.has(key)) throw new Refusal("invalid_fleet", `There is a ${kind} ${key} already.`);
      seen.add(key);
    }
}
