import type { AuditEntry } from "./audit.ts";
import type { AuditWriter } from "./audit.ts";
import type { FleetWriter } from "./service-needs.ts";
import type { AccountChange, AccountStore } from "../store/ports.ts";
import type { FleetChange, FleetKind } from "./types.ts";
import { withReferences } from "./kinds.ts";

/**
 * A fleet store for tests: gives uids and resolves temporary ones as the real ones do, and keeps nothing. It checks no
 * uniqueness; what depends on that is tested with a real store.
 */
export class MemoryFleet implements FleetWriter {
  private readonly next = new Map<string, number>();
  /** When set, the next commit fails with it. */
  failure: Error | null = null;
  commits = 0;
  /** What was noted for the audit log. */
  readonly audited: AuditEntry[] = [];

  /** Uids of the commit that is being made, as `kind uid`. */
  private readonly making = new Set<string>();

  /**
   * @param first the first uid that it gives, of every kind
   * @param people where changes to how people sign in go
   */
  constructor(
    private readonly first = 1,
    private readonly people: Pick<AccountStore, "change"> | null = null,
  ) {}

  /** Whether the commit that is being made makes this row: nobody else knows of it yet. */
  isMaking(kind: FleetKind, uid: number): boolean {
    return this.making.has(`${kind} ${uid}`);
  }
  async commit(
    drafts: readonly FleetChange[],
    audit: AuditWriter = () => [],
    accounts: readonly AccountChange[] = [],
  ): Promise<readonly FleetChange[]> {
    const { failure } = this;
    this.failure = null;
    if (failure) throw failure;
    this.commits++;
    this.making.clear();
    const given = new Map<string, number>();
    const changes = drafts.map((draft) => {
      if (draft.op === "delete") return draft;
      const known = (kind: string, uid: number) => (uid < 0 ? (given.get(`${kind} ${uid}`) ?? uid) : uid);
      const row: { uid: number } = { ...withReferences(draft.kind, draft.row, known) };
      if (row.uid <= 0) {
        const uid = (this.next.get(draft.kind) ?? this.first - 1) + 1;
        this.next.set(draft.kind, uid);
        if (row.uid < 0) given.set(`${draft.kind} ${row.uid}`, uid);
        row.uid = uid;
        this.making.add(`${draft.kind} ${uid}`);
      }
      // Only numbers inside the row were replaced by others.
      return { ...draft, row } as unknown as FleetChange;
    });
    if (accounts.length > 0) {
      if (this.people === null) throw new Error("this store knows nothing of how people sign in");
      // only numbers inside were replaced by others
      await this.people.change(accounts.map((change) => resolve(change, given) as AccountChange));
    }
    this.audited.push(...(await audit(changes)));
    return changes;
  }
}

const REFERENCES = ["workspace", "product", "user", "apiUser", "device"];

/** A copy with the temporary uids replaced by the real ones. */
function resolve(value: unknown, given: ReadonlyMap<string, number>): unknown {
  if (Array.isArray(value)) return value.map((v) => resolve(v, given));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, v]) => {
    if (typeof v === "number" && v < 0 && REFERENCES.includes(key)) return [key, given.get(`${key} ${v}`)];
    return [key, resolve(v, given)];
  });
  return Object.fromEntries(entries);
}
