import type {
  InboundOp,
  PassList,
  PassPut,
  PassQuery,
  StoredArrival,
  StoredPass,
  StoredSuggestion,
  SuggestionKey,
} from "../ports.ts";

/** What is noted of integrations. */
export class MemoryInbound {
  /** Oldest first. */
  private keys: StoredArrival[] = [];
  private readonly named = new Map<string, StoredSuggestion>();
  private readonly passes = new Map<number, StoredPass>();
  /** Ids of passes by list and owner, oldest first. */
  private readonly lists = new Map<string, number[]>();
  private nextPass = 1;

  apply(op: InboundOp): void {
    switch (op.op) {
      case "arrivals_put": {
        const known = new Set(this.keys.map(({ key }) => key));
        for (const row of op.rows) if (!known.has(row.key)) this.keys.push({ ...row });
        const { before, most } = op.bound ?? { before: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };
        this.keys = this.keys.filter(({ time }) => time >= before).slice(-most);
        return;
      }
      case "passes_put":
        for (const row of op.rows) this.put(row, op.listed);
        if (op.bound !== undefined) this.bound(op.bound.most, op.bound.bytes);
        return;
      case "passes_drop":
        for (const owner of op.owners) {
          const gone = this.lists.get(`${op.list} ${owner}`) ?? [];
          this.lists.delete(`${op.list} ${owner}`);
          for (const id of gone) this.dropUnlisted(id);
        }
        return;
      case "suggestions_put":
        for (const row of op.rows) this.named.set(keyOf(row), { ...row });
        return;
      case "suggestions_delete":
        for (const row of op.rows) this.named.delete(keyOf(row));
        return;
      default:
        op satisfies never;
    }
  }

  arrivals(): StoredArrival[] {
    return [...this.keys];
  }
  suggestions(): StoredSuggestion[] {
    return [...this.named.values()];
  }
  /** See InboundStore.readPasses. */
  read({ list, owner, before = Number.POSITIVE_INFINITY, limit }: PassQuery): StoredPass[] {
    const ids = this.lists.get(`${list} ${owner}`) ?? [];
    return ids
      .toReversed()
      .filter((id) => id < before)
      .slice(0, limit)
      .map((id) => this.passes.get(id) as StoredPass); // what is listed is there
  }

  private put({ devices, ...row }: PassPut, listed: number): void {
    const id = this.nextPass++;
    this.passes.set(id, { id, ...row });
    const owners: [PassList, number][] = row.product > 0 ? [["product", row.product]] : [["workspace", row.workspace]];
    for (const device of devices) owners.push(["device", device]);
    for (const [list, owner] of owners) {
      const ids = [...(this.lists.get(`${list} ${owner}`) ?? []), id];
      const gone = ids.splice(0, Math.max(0, ids.length - listed));
      this.lists.set(`${list} ${owner}`, ids);
      for (const one of gone) this.dropUnlisted(one);
    }
  }
  private dropUnlisted(id: number): void {
    for (const ids of this.lists.values()) if (ids.includes(id)) return;
    this.passes.delete(id);
  }
  private bound(most: number, bytes: number): void {
    let [count, size] = [0, 0];
    for (const { id, body } of [...this.passes.values()].reverse()) {
      size += Buffer.byteLength(body);
      if (++count <= most && size <= bytes) continue;
      this.passes.delete(id);
      for (const [key, ids] of this.lists)
        this.lists.set(
          key,
          ids.filter((one) => one !== id),
        );
    }
  }
}

function keyOf({ workspace, product, kind, name }: SuggestionKey): string {
  return `${workspace} ${product} ${kind} ${name}`;
}
