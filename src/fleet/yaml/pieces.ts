/**
 * A value of groups, lists and texts as pieces of JSON: its long lists are taken out, some elements a piece, so that who receives it has
 * no long turn with it.
 */

/** A list is cut when it has more elements, or more text, than a piece may have. */
const MOST = 100;
const LONG = 8 * 1024;

interface Cut {
  readonly value: unknown;
  /** What was cut out of it, in the order in which the marks stand. */
  readonly pieces: readonly string[];
}

/**
 * Cuts a value up.
 * @param mark a key that nothing in it has: `{ <mark>: 3 }` stands for a list in three pieces
 * @returns JSON: the value without its long lists first, then their pieces, each before those that are cut out of itself
 */
export function cutUp(value: unknown, mark: string): string[] {
  const cut = (at: unknown): Cut => {
    if (Array.isArray(at)) return cutList(at.map(cut), mark);
    if (typeof at !== "object" || at === null) return { value: at, pieces: [] };
    const inner = Object.entries(at).map(([key, one]) => [key, cut(one)] as const);
    return {
      value: Object.fromEntries(inner.map(([key, one]) => [key, one.value])),
      pieces: inner.flatMap(([, { pieces }]) => pieces),
    };
  };
  const whole = cut(value);
  return [JSON.stringify(whole.value), ...whole.pieces];
}
function cutList(elements: readonly Cut[], mark: string): Cut {
  const texts = elements.map(({ value }) => JSON.stringify(value));
  if (elements.length <= MOST && texts.reduce((sum, { length }) => sum + length, 0) <= LONG)
    return { value: elements.map(({ value }) => value), pieces: elements.flatMap(({ pieces }) => pieces) };
  const pieces: string[] = [];
  let count = 0;
  for (let from = 0; from < texts.length; count++) {
    let [to, long] = [from, 0];
    do long += texts[to]?.length ?? 0;
    while (++to < texts.length && to - from < MOST && long < LONG);
    pieces.push(`[${texts.slice(from, to).join(",")}]`);
    for (const one of elements.slice(from, to)) pieces.push(...one.pieces);
    from = to;
  }
  return { value: { [mark]: count }, pieces };
}

/** Puts a value together again. @param next the next of what `cutUp` gave, with the same mark */
export async function putTogether(next: () => Promise<string>, mark: string): Promise<unknown> {
  const read = async (text: string): Promise<unknown> => {
    const value: unknown = JSON.parse(text);
    return text.includes(mark) ? whole(value) : value;
  };
  const whole = async (at: unknown): Promise<unknown> => {
    if (typeof at !== "object" || at === null) return at;
    const list: unknown[] = [];
    if (Array.isArray(at)) {
      for (const one of at) list.push(await whole(one));
      return list;
    }
    if (Object.hasOwn(at, mark)) {
      // pieces of a list are lists
      for (let left = Number(Reflect.get(at, mark)); left > 0; left--)
        list.push(...((await read(await next())) as unknown[]));
      return list;
    }
    const entries: [string, unknown][] = [];
    for (const [key, inner] of Object.entries(at)) entries.push([key, await whole(inner)]);
    return Object.fromEntries(entries);
  };
  return read(await next());
}
