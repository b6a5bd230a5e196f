import type { AuditEntry } from "./audit.ts";
import type { AuditWriter, FleetWriter } from "./service.ts";
import type { FleetChange } from "./types.ts";

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

  /** @param first the first uid that it gives, of every kind */
  constructor(private readonly first = 1) {}

  async commit(drafts: readonly FleetChange[], audit: AuditWriter = () => []): Promise<readonly FleetChange[]> {
    const { failure } = this;
    this.failure = null;
    if (failure) throw failure;
    this.commits++;
    const given = new Map<string, number>();
    const changes = drafts.map((draft) => {
      if (draft.op === "delete") return draft;
      const row = resolve(draft.row, given) as { uid: number };
      if (row.uid <= 0) {
        const uid = (this.next.get(draft.kind) ?? this.first - 1) + 1;
        this.next.set(draft.kind, uid);
        if (row.uid < 0) given.set(`${draft.kind} ${row.uid}`, uid);
        row.uid = uid;
      }
      // Only numbers inside the row were replaced by others.
      return { ...draft, row } as unknown as FleetChange;
    });
    this.audited.push(...audit(changes));
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
