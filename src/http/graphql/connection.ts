/** Pages of a list by cursors, as Relay has them. */

export interface PageArguments {
  readonly offset?: number | null;
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}
const LARGEST = 200;

/** @param all of which a part is shown; a cursor is the place in it */
export function connectionOf<T>(all: readonly T[], { offset, first, last, after, before }: PageArguments) {
  const place = (cursor: string | null | undefined) =>
    cursor != null && /^\d{1,9}$/.test(cursor) ? Number(cursor) : null;
  let from = Math.max(0, offset ?? 0, (place(after) ?? -1) + 1);
  let to = Math.min(all.length, place(before) ?? all.length);
  if (first != null) to = Math.min(to, from + Math.max(0, first));
  else if (last != null) from = Math.max(from, to - Math.max(0, last));
  to = Math.min(to, from + LARGEST);
  const edges = all.slice(from, Math.max(from, to)).map((node, i) => ({ node, cursor: String(from + i) }));
  const pageInfo = {
    hasNextPage: to < all.length,
    hasPreviousPage: from > 0,
    startCursor: edges[0]?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  };
  return { totalCount: all.length, pageInfo, edges };
}
