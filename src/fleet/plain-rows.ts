import type { AnyRow } from "./kind.ts";
import { type AnyKind, allKinds, kindOf, refersTo } from "./kinds.ts";
import { MultiMap } from "./multimap.ts";

/**
 * Rows of the kinds for which the directory has no structures of their own: by number, by parent, and by what people call them.
 */
export class PlainRows {
  private readonly rows = new Map<string, Map<number, AnyRow>>();
  private readonly keys = new Map<string, AnyRow>();
  private readonly children = new MultiMap<string, number>();

  row(kind: string, uid: number): AnyRow | undefined {
    return this.rows.get(kind)?.get(uid);
  }
  all(kind: string): AnyRow[] {
    return [...(this.rows.get(kind)?.values() ?? [])];
  }
  /** @param parent the number of the row that the first reference is to; null: the kind has no parent */
  named(kind: string, parent: number | null, name: string): AnyRow | undefined {
    return this.keys.get(keyOf(kind, parent, name));
  }
  /** The rows of a kind that refer to a row, in the order in which they came. */
  of(kind: string, parent: string, uid: number): AnyRow[] {
    const own = this.rows.get(kind);
    // asked for each of a hundred thousand devices that go, mostly of kinds that nobody uses
    if (own === undefined || own.size === 0) return [];
    return this.children.list(childKey(kind, parent, uid)).flatMap((child) => own.get(child) ?? []);
  }
  /**
   * Kinds and numbers of the rows that refer to any of many rows of a kind and belong to something else: by their first reference, by which
   * others are found. @param isOne whether it is one of these
   */
  *ofMany(parent: string, isOne: (uid: number) => boolean): Generator<readonly [kind: string, uid: number]> {
    for (const { name, references } of referringTo(parent).filter(({ references: [own] }) => own?.kind !== parent))
      for (const row of this.all(name))
        if (references.some(({ kind, property }) => kind === parent && isOne(refersTo(row, property) ?? 0)))
          yield [name, row.uid];
  }
  count(kind: string, parent: string, uid: number): number {
    return this.children.count(childKey(kind, parent, uid));
  }
  /** Puts a row; answers the one there was before. */
  put(kind: string, row: AnyRow): AnyRow | null {
    const own = this.rows.get(kind) ?? new Map<number, AnyRow>();
    this.rows.set(kind, own);
    const before = own.get(row.uid) ?? null;
    if (before) this.unlink(kindOf(kind), before);
    own.set(row.uid, row);
    this.link(kindOf(kind), row);
    return before;
  }
  /** Takes a row away; answers it. */
  remove(kind: string, uid: number): AnyRow | null {
    const own = this.rows.get(kind);
    const before = own?.get(uid) ?? null;
    if (before === null) return null;
    own?.delete(uid);
    this.unlink(kindOf(kind), before);
    return before;
  }
  private link(spec: AnyKind, row: AnyRow): void {
    const key = ownKey(spec, row);
    if (key !== null) this.keys.set(key, row);
    for (const { property, kind } of spec.references) {
      const uid = refersTo(row, property);
      if (uid !== null) this.children.add(childKey(spec.name, kind, uid), row.uid);
    }
  }
  private unlink(spec: AnyKind, row: AnyRow): void {
    const key = ownKey(spec, row);
    // within one apply another row may have taken it over
    if (key !== null && this.keys.get(key)?.uid === row.uid) this.keys.delete(key);
    for (const { property, kind } of spec.references) {
      const uid = refersTo(row, property);
      if (uid !== null) this.children.delete(childKey(spec.name, kind, uid), row.uid);
    }
  }
}

function ownKey(spec: AnyKind, row: AnyRow): string | null {
  if (spec.key === null) return null;
  const [parent] = spec.references;
  const of = parent === undefined ? null : refersTo(row, parent.property);
  return keyOf(spec.name, of, String(Reflect.get(row, spec.key)));
}
function keyOf(kind: string, parent: number | null, name: string): string {
  return `${kind} ${parent ?? ""} ${name}`;
}
function childKey(kind: string, parent: string, uid: number): string {
  return `${kind} ${parent} ${uid}`;
}

const REFERRING: ReadonlyMap<string, readonly AnyKind[]> = new Map(
  allKinds().map(({ name }) => [
    name,
    allKinds().filter(({ references }) => references.some(({ kind }) => kind === name)),
  ]),
);
/** The kinds that refer to a kind. */
export function referringTo(kind: string): readonly AnyKind[] {
  return REFERRING.get(kind) ?? [];
}
