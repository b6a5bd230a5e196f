import type { Directory } from "../fleet/directory.ts";
import type { DeviceNode, FieldNode, ProductNode } from "../fleet/nodes.ts";
import { type FieldType, type FieldTypeSpec, specOf } from "../measure/types.ts";
import type { SeriesTable } from "./series.ts";

/** Where a measurement goes: a device's field that exists. Right for one epoch of the directory. */
export interface Target {
  readonly product: ProductNode;
  readonly device: DeviceNode;
  readonly field: FieldNode;
  readonly type: FieldTypeSpec<FieldType>;
  /** Series id; 0 until the first measurement. */
  series: number;
}

/** A topic name as bytes with what it leads to. `target` null: look it up in the careful way (batches, refusals). */
export interface TopicEntry {
  readonly bytes: Uint8Array;
  readonly target: Target;
}

/**
 * A field of a device.
 * @param isComputed by whom: its formula, or who measures
 * @returns null: the product has no such field that takes values of them
 */
export function targetOf(
  series: Pick<SeriesTable, "idOf">,
  device: DeviceNode,
  fieldId: string,
  isComputed: boolean,
): Target | null {
  const { product, row } = device;
  const field = product.fields.get(fieldId);
  if (!field || field.row.active === false || (field.row.formula !== undefined) !== isComputed) return null;
  return { product, device, field, type: specOf(field.row.type), series: series.idOf(row.uid, field.row.uid) ?? 0 };
}

const MOST = 200_000;
/** Entries with the same hash. */
const MOST_COLLIDING = 8;

/**
 * From the bytes of a publish's topic name to its target, without making a string: the same bytes mean the same target
 * for everyone (slugs are unique in the instance; rights are checked apart), as long as the fleet does not change.
 */
export class TopicCache {
  private entries = new Map<number, TopicEntry[]>();
  private size = 0;
  private epoch = -1;

  constructor(private readonly directory: Directory) {}

  /** The entry of buf[start, end); null when it is not known (any more). */
  find(buf: Uint8Array, start: number, end: number): TopicEntry | null {
    if (this.epoch !== this.directory.epoch) {
      this.entries = new Map();
      this.size = 0;
      this.epoch = this.directory.epoch;
      return null;
    }
    const bucket = this.entries.get(hash(buf, start, end));
    if (bucket === undefined) return null;
    for (const entry of bucket) if (sameBytes(entry.bytes, buf, start, end)) return entry;
    return null;
  }
  /** Remembers a target; copies the bytes. */
  add(buf: Uint8Array, start: number, end: number, target: Target): TopicEntry {
    const entry: TopicEntry = { bytes: buf.slice(start, end), target };
    if (this.size >= MOST) {
      this.entries = new Map();
      this.size = 0;
    }
    const h = hash(buf, start, end);
    const bucket = this.entries.get(h);
    if (bucket === undefined) this.entries.set(h, [entry]);
    else if (bucket.length < MOST_COLLIDING) bucket.push(entry);
    else {
      bucket.shift();
      bucket.push(entry);
      return entry;
    }
    this.size++;
    return entry;
  }
}

/** FNV-1a. Colliding topics, which a client can make by the spelling of FIELD, cost little time: buckets are short. */
function hash(buf: Uint8Array, start: number, end: number): number {
  let h = 0x811c9dc5;
  for (let i = start; i < end; i++) h = Math.imul(h ^ (buf[i] as number), 0x01000193);
  return h >>> 0;
}

/** Whether buf[start, end) are these bytes. Compared from the end: names that differ mostly differ there. */
export function sameBytes(bytes: Uint8Array, buf: Uint8Array, start: number, end: number): boolean {
  let i = bytes.length;
  if (end - start !== i) return false;
  let at = end;
  while (i > 0) if (bytes[--i] !== buf[--at]) return false;
  return true;
}
