import type { StoreOp } from "../../ports.ts";

/** In which order operations lock rows, by what they are about; those that nodes cannot both do at once come between the last two. */
const RANKS: readonly (readonly StoreOp["op"][])[] = [
  ["series_delete", "points_delete", "retain"],
  [
    "session_put",
    "session_delete",
    "session_owner",
    "sessions_adopt",
    "subscription_put",
    "subscription_delete",
    "checkpoint",
    "chunk_put",
    "chunk_delete",
  ],
  ["retained"],
  ["presence_put", "presence_told", "presence_delete"],
  ["seen_put", "seen_drop"],
];
const RANK = new Map(RANKS.flatMap((ops, rank) => ops.map((op) => [op, rank] as const)));
/** They lock the one row of `state`, as every commit may: behind all others. */
const LAST: ReadonlySet<StoreOp["op"]> = new Set(["trim", "seen_floor"]);

/**
 * The operations of a commit in an order that is the same for all nodes, so that two which change the same rows wait for each other, and not in a
 * circle: new series first, by what they are of, and what locks the store's own row last. Those of one port stay in their order.
 */
export function inOrder(ops: readonly StoreOp[]): readonly StoreOp[] {
  if (ops.length < 2) return ops;
  const puts = ops.filter((op) => op.op === "series_put");
  puts.sort((a, b) => a.device - b.device || a.field - b.field);
  const others = ops.filter((op) => op.op !== "series_put").map((op) => ({ op, rank: rankOf(op) }));
  others.sort((a, b) => a.rank - b.rank);
  return [...puts, ...others.map(({ op }) => op)];
}
function rankOf({ op }: StoreOp): number {
  if (LAST.has(op)) return RANKS.length + 1;
  return RANK.get(op) ?? RANKS.length;
}
