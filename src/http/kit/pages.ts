import type { Principal } from "../../auth/principal.ts";
import { Turns } from "../../base/turns.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";

/**
 * Devices that an account may view or record, or whose workspace it manages, in the order of their numbers: an account
 * that may see few of many costs little more than those.
 * @param after number of the last device of the page before; 0: from the first one on
 */
export function* devicesFor(
  directory: Directory,
  principal: Principal,
  product: ProductNode | null,
  after: number,
): Generator<DeviceNode> {
  const manages = [...principal.workspaces].some((uid) => principal.may(uid, "devices"));
  if (product !== null || manages) {
    yield* (product ?? directory).ordered.after(after);
    return;
  }
  for (const index of principal.view.union(principal.record)) {
    const node = directory.deviceByIndex(index);
    if (node && !node.deleted && node.row.uid > after) yield node;
  }
}

/**
 * The first of the rows that are wanted, found in short turns.
 * @param rows in order; @param most how many
 * @returns those, and whether there are more
 */
export async function firstOf<T>(
  rows: Iterable<T>,
  most: number,
  wanted: (row: T) => boolean,
): Promise<{ items: T[]; more: boolean }> {
  const turns = new Turns();
  const items: T[] = [];
  for (const row of rows) {
    if (turns.due) await turns.next();
    if (!wanted(row)) continue;
    if (items.length === most) return { items, more: true };
    items.push(row);
  }
  return { items, more: false };
}
