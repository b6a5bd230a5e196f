import type { StoreOp } from "../../ports.ts";

/** Bodies written last that are looked for when a commit brings one. */
const MOST_RECENT = 64;

/**
 * Which bodies several chunks have: those are stored once, under an id. Chunks that are equal come with one commit, or with several that
 * follow each other. An id is given to one body only, so the database writes it with whichever chunk comes first.
 */
export class SharedBodies {
  private readonly recent = new Map<number | bigint, { readonly id: number; readonly body: Uint8Array }>();
  /** Bodies of the commit that more than one operation has. */
  private readonly several = new Set<Uint8Array>();
  /** What was found of the bodies of the commit. */
  private readonly ids = new Map<Uint8Array, number | null>();

  /** @param next the first id that no body has */
  constructor(private next: number) {}

  /** A commit begins, with these operations. */
  begin(ops: readonly StoreOp[]): this {
    this.several.clear();
    this.ids.clear();
    const seen = new Set<Uint8Array>();
    for (const op of ops) {
      if (op.op !== "chunk_put") continue;
      if (seen.has(op.body)) this.several.add(op.body);
      seen.add(op.body);
    }
    return this;
  }
  /** null: nobody else has it, and the chunk takes it. */
  idOf(body: Uint8Array): number | null {
    const found = this.ids.get(body);
    if (found !== undefined) return found;
    const id = this.find(body);
    this.ids.set(body, id);
    return id;
  }
  private find(body: Uint8Array): number | null {
    const hash = Bun.hash(body);
    const known = this.recent.get(hash);
    if (known !== undefined && Buffer.compare(known.body, body) === 0) return known.id;
    if (!this.several.has(body)) return null;
    const id = this.next++;
    this.recent.delete(hash);
    this.recent.set(hash, { id, body });
    const [oldest] = this.recent.keys();
    if (this.recent.size > MOST_RECENT && oldest !== undefined) this.recent.delete(oldest);
    return id;
  }
}
