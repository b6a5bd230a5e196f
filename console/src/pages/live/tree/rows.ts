import type { Device, Field, Product } from "../../../api/fleet.ts";
import type { FreeTopic } from "../../../live/free-store.ts";

/** A level of the tree of topics, as a line of the list. */
export interface Row {
  /** The topic so far; of a line that loads more, with a mark behind. */
  readonly key: string;
  /** 1: the prefix, 2: a product, 3: a device, 4: a field; of free topics 2 is their first level. */
  readonly level: number;
  /** What the level is called in a topic; what people call it. */
  readonly name: string;
  readonly label: string;
  readonly kind: "prefix" | "product" | "device" | "field" | "more" | "freeRoot" | "free";
  readonly product?: Product;
  readonly device?: Device;
  readonly field?: Field;
  /** Of a level of free topics: the topic so far, and its last message if there is one. */
  readonly path?: string;
  readonly free?: FreeTopic;
  /** Undefined: it has no levels below. */
  readonly open?: boolean;
  /** How many there are below, where that is known. */
  readonly count?: number | undefined;
}

export interface Tree {
  readonly prefix: string;
  readonly products: readonly Product[];
  /** By slug; without an entry they are not loaded yet. @property more there are others */
  readonly devices: ReadonlyMap<string, { readonly items: readonly Device[]; readonly more: boolean }>;
  /** By slug. */
  readonly fields: ReadonlyMap<string, readonly Field[]>;
  /** Topics whose levels below are shown. */
  readonly open: ReadonlySet<string>;
}

/** The lines that are seen when some levels are open. */
export function rowsOf({ prefix, products, devices, fields, open }: Tree): readonly Row[] {
  const rows: Row[] = [
    { key: prefix, level: 1, name: prefix, label: "", kind: "prefix", open: open.has(prefix), count: products.length },
  ];
  if (!open.has(prefix)) return rows;
  for (const product of products) {
    const key = `${prefix}/${product.slug}`;
    const below = devices.get(product.slug);
    const isOpen = open.has(key);
    const shared = { level: 2, name: product.slug, label: product.name, kind: "product", product } as const;
    rows.push({ key, ...shared, open: isOpen, count: below?.more === false ? below.items.length : undefined });
    if (!isOpen || below === undefined) continue;
    for (const device of below.items) {
      const topic = `${key}/${device.id}`;
      const own = fields.get(product.slug) ?? [];
      const place = { product, device } as const;
      rows.push({
        key: topic,
        level: 3,
        name: device.id,
        label: device.name,
        kind: "device",
        ...place,
        open: open.has(topic),
      });
      if (!open.has(topic)) continue;
      for (const field of own)
        rows.push({
          key: `${topic}/${field.id}`,
          level: 4,
          name: field.id,
          label: field.name,
          kind: "field",
          ...place,
          field,
        });
    }
    if (below.more) rows.push({ key: `${key} more`, level: 3, name: "", label: "", kind: "more", product });
  }
  return rows;
}

/** The topic that one publishes on; null: nobody publishes on this level. */
export function publishTopic({ key, kind, path }: Row, prefix: string): string | null {
  if (path !== undefined) return path;
  return kind === "device" || kind === "field" ? key.replace(prefix, `${prefix}-pub`) : null;
}
/** The filter of all that is on this level and below. */
export function filterOf({ key, kind, path, open }: Row): string {
  if (kind === "freeRoot") return "#";
  if (path !== undefined) return open === undefined ? path : `${path}/#`;
  if (kind === "field") return key;
  return kind === "device" ? `${key}/+` : `${key}/#`;
}

/** Where a key of the keyboard leads: another line, or a level that opens or closes; null: nowhere. */
export function stepOf(
  rows: readonly Row[],
  at: number,
  pressed: string,
): { readonly to: number } | { readonly toggle: string } | null {
  const row = rows[at];
  if (row === undefined) return rows.length > 0 ? { to: 0 } : null;
  const last = rows.length - 1;
  switch (pressed) {
    case "ArrowDown":
      return { to: Math.min(last, at + 1) };
    case "ArrowUp":
      return { to: Math.max(0, at - 1) };
    case "Home":
      return { to: 0 };
    case "End":
      return { to: last };
    case "ArrowRight":
      return row.open === false ? { toggle: row.key } : row.open === true ? { to: Math.min(last, at + 1) } : null;
    case "ArrowLeft": {
      if (row.open === true) return { toggle: row.key };
      const above = rows.slice(0, at).findLastIndex(({ level }) => level < row.level);
      return above < 0 ? null : { to: above };
    }
    default:
      return null;
  }
}
