/** Rules that trigger each other by what they write. */

/** A field of a device, or of all devices of a product. */
export interface Place {
  /** uid */
  readonly product: number;
  readonly field: string;
  /** uid; null: any device of the product. */
  readonly device: number | null;
}
/** A rule, or a computed field: what it is looked at by, and what it writes then. */
export interface Link {
  readonly name: string;
  readonly reads: readonly Place[];
  readonly writes: readonly Place[];
}

const keyOf = ({ product, field }: Place): string => `${product}/${field}`;
const isSame = (a: Place, b: Place): boolean => a.device === null || b.device === null || a.device === b.device;

/** Finds what comes back to where it began. It is made once for many questions. */
export class Loops {
  /** Who is looked at by a field of a product, and of which devices. */
  private readonly readers = new Map<string, { readonly link: Link; readonly place: Place }[]>();

  /** @param links those that write something: no other can be amid a loop */
  constructor(links: readonly Link[]) {
    for (const link of links)
      for (const place of link.reads) {
        const key = keyOf(place);
        const known = this.readers.get(key);
        if (known === undefined) this.readers.set(key, [{ link, place }]);
        else known.push({ link, place });
      }
  }
  private *after(link: Link): Generator<Link> {
    for (const written of link.writes)
      for (const { link: next, place } of this.readers.get(keyOf(written)) ?? [])
        if (isSame(written, place)) yield next;
  }

  /**
   * Whether what one of them writes comes back to it, over others or at once.
   * @returns the names on the way, its own first; null: it does not
   */
  through(start: Link): string[] | null {
    const from = new Map<Link, Link>();
    const waiting: Link[] = [start];
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift())
      for (const next of this.after(one)) {
        if (next === start) return wayTo(one, start, from);
        if (from.has(next)) continue;
        from.set(next, one);
        waiting.push(next);
      }
    return null;
  }
}
function wayTo(last: Link, start: Link, from: ReadonlyMap<Link, Link>): string[] {
  const names: string[] = [];
  for (let one: Link | undefined = last; one !== undefined && one !== start; one = from.get(one))
    names.unshift(one.name);
  return [start.name, ...names];
}
