import { z } from "zod";
import { BadValues } from "../../base/errors.ts";

const MOST = 1000;
export const DEFAULT = 100;

/** Parameters of every list. */
export const PAGE_QUERY = {
  limit: z
    .string()
    .refine((text) => /^\d{1,4}$/.test(text), `allowed is a number from 1 to ${MOST}`)
    .transform(Number)
    .refine((n) => n >= 1 && n <= MOST, `allowed is a number from 1 to ${MOST}`)
    .optional()
    .meta({
      type: "integer",
      minimum: 1,
      maximum: MOST,
      description: `How many at most, 1 to ${MOST}; ${DEFAULT} when absent.`,
    }),
  cursor: z.string().max(200).optional().meta({ description: "`next` of the page before; absent: the first page." }),
};
interface PageWish {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** A page of a list: `next` is the cursor of the one behind it, null at the end. */
export function pageOf<S extends z.ZodType>(item: S) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().meta({ description: "Cursor of the next page; null: this is the last." }),
  });
}

/**
 * A page of rows in the order of their numbers. Rows that come or go meanwhile shift nothing: the cursor is the number
 * of the last row that was given, and numbers are never given again.
 * @param rows in any order; @param uidOf the row's number
 * @throws BadValues invalid_request: a cursor that no answer gave
 */
export function page<R, I>(
  rows: Iterable<R>,
  wish: PageWish,
  uidOf: (row: R) => number,
  show: (row: R) => I,
): { items: I[]; next: string | null } {
  const { limit = DEFAULT } = wish;
  const after = readCursor(wish.cursor);
  const rest: R[] = [];
  for (const row of rows) if (uidOf(row) > after) rest.push(row);
  rest.sort((a, b) => uidOf(a) - uidOf(b));
  const some = rest.slice(0, limit);
  const last = some.at(-1);
  const next = last !== undefined && rest.length > some.length ? writeCursor(uidOf(last)) : null;
  return { items: some.map(show), next };
}

/**
 * A page of rows that the store gives newest first; the cursor is the number of the last row that was given.
 * @param read at most `limit` rows with numbers below `before`
 * @throws BadValues invalid_request: a cursor that no answer gave
 */
export async function newestFirst<R extends { readonly id: number }>(
  { limit = DEFAULT, cursor }: PageWish,
  read: (part: { limit: number; before: number | undefined }) => Promise<readonly R[]>,
): Promise<{ items: R[]; next: string | null }> {
  const before = cursor === undefined || cursor === "" ? undefined : readCursor(cursor);
  const found = await read({ limit: limit + 1, before });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last !== undefined && found.length > limit ? writeCursor(last.id) : null };
}

export function writeCursor(uid: number): string {
  return Buffer.from(`after ${uid}`).toString("base64url");
}
export function readCursor(text: string | undefined): number {
  if (text === undefined || text === "") return 0;
  const [, uid] = /^after (\d{1,15})$/.exec(Buffer.from(text, "base64url").toString("latin1")) ?? [];
  if (uid !== undefined) return Number(uid);
  throw new BadValues("invalid_request", [
    { path: "?cursor", message: "It is not one that an answer gave; begin without one." },
  ]);
}
