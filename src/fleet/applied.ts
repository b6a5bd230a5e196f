import type { DeviceNode, FieldNode, ProductNode } from "./nodes.ts";
import type { FleetKind, FleetRows } from "./types.ts";

interface Nodes {
  product: ProductNode;
  field: FieldNode;
  device: DeviceNode;
}
type NodeOf = { [K in FleetKind]: K extends keyof Nodes ? Nodes[K] : null };
/** A change as it took effect: with the row there was before, and the node that it concerns (also a deleted one). */
export type AppliedChange = {
  [K in FleetKind]:
    | {
        readonly kind: K;
        readonly op: "put";
        readonly row: FleetRows[K];
        readonly before: FleetRows[K] | null;
        readonly node: NodeOf[K];
      }
    | {
        readonly kind: K;
        readonly op: "delete";
        readonly uid: number;
        readonly before: FleetRows[K];
        readonly node: NodeOf[K];
      };
}[FleetKind];
/** Whether this is a device or a field that went with its product, of which the listener heard before: nobody has seen it since. */
export function isAftermath(change: AppliedChange): boolean {
  return (change.kind === "device" || change.kind === "field") && change.op === "delete" && change.node.product.deleted;
}
/**
 * Hears of changes in the turn in which they took effect.
 * @param more others of the same commit follow: of many devices some are changed at a time
 * @returns what is left to do behind the last of many, in short steps; the commit is not answered before
 */
export type DirectoryListener = (changes: readonly AppliedChange[], more: boolean) => Iterable<void> | undefined | void;
