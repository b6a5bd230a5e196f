import type { Content, PhoneItem, Place, Widget } from "./types.ts";

/** Where widgets stand: pure, in cells of a grid of 12 columns. */

export const COLUMNS = 12;
/** px: of a row, and between widgets. */
export const ROW = 36;
export const GAP = 12;
const MOST_HEIGHT = 40;
const MOST_DOWN = 1000;

type Placed = Pick<Widget, "id" | "place">;

const meets = (a: Place, b: Place) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
const inOrder = (a: Placed, b: Placed) => a.place.y - b.place.y || a.place.x - b.place.x;

/** Within the grid, and at least one cell large. */
export function within({ x, y, w, h }: Place): Place {
  const wide = Math.min(COLUMNS, Math.max(1, Math.round(w)));
  return {
    x: Math.min(COLUMNS - wide, Math.max(0, Math.round(x))),
    y: Math.min(MOST_DOWN, Math.max(0, Math.round(y))),
    w: wide,
    h: Math.min(MOST_HEIGHT, Math.max(1, Math.round(h))),
  };
}

/**
 * Every widget as high up as it can stand without lying on another, in the order in which they are read.
 * @param first the widget that was moved or resized last: it keeps its place, and others make room
 */
export function compacted<W extends Placed>(widgets: readonly W[], first?: string): W[] {
  const sorted = [...widgets].sort((a, b) => inOrder(a, b) || (a.id === first ? -1 : b.id === first ? 1 : 0));
  const head = sorted.find(({ id }) => id === first);
  const done = new Map<string, Place>();
  const free = (place: Place) => ![...done.values()].some((other) => meets(place, other));
  // the moved one may only rise into what is free above it, once the others before it stand
  const settle = (one: W) => {
    let place = within(one.place);
    while (!free(place)) place = { ...place, y: place.y + 1 };
    while (place.y > 0 && free({ ...place, y: place.y - 1 })) place = { ...place, y: place.y - 1 };
    done.set(one.id, place);
  };
  const before =
    head === undefined ? sorted : sorted.filter((one) => one !== head && one.place.y + one.place.h <= head.place.y);
  for (const one of before) settle(one);
  if (head !== undefined) {
    settle(head);
    for (const one of sorted) if (!done.has(one.id)) settle(one);
  }
  return widgets.map((one) => ({ ...one, place: done.get(one.id) ?? one.place }));
}

/**
 * The widget at another place, and the others around it: what is moved down goes behind what rises into its place, everything else makes
 * others give way. @param to cells; what is absent stays
 */
export function moved<W extends Placed>(widgets: readonly W[], id: string, to: Partial<Place>): W[] {
  const own = widgets.find((one) => one.id === id);
  if (own === undefined) return [...widgets];
  const place = within({ ...own.place, ...to });
  if (place.y <= own.place.y)
    return compacted(
      widgets.map((one) => (one === own ? { ...one, place } : one)),
      id,
    );
  const others = compacted(widgets.filter((one) => one !== own));
  let y = place.y;
  while (others.some((one) => meets(one.place, { ...place, y }))) y++;
  const byId = new Map(others.map((one) => [one.id, one]));
  return compacted(widgets.map((one) => byId.get(one.id) ?? { ...one, place: { ...place, y } }));
}

/** A place for a new widget: below everything. */
export function placeBelow(widgets: readonly Placed[], { w, h }: Pick<Place, "w" | "h">): Place {
  const y = Math.max(0, ...widgets.map(({ place }) => place.y + place.h));
  return within({ x: 0, y, w, h });
}

/**
 * The order on phones: as it was set, then what is not in it, as the desktop has them from the top left to the bottom right.
 * @returns every widget once
 */
export function phoneOrder({
  widgets,
  phone,
}: Pick<Content, "widgets" | "phone">): (PhoneItem & { readonly h: number })[] {
  const byId = new Map(widgets.map((one) => [one.id, one]));
  const set = (phone ?? []).filter(({ id }) => byId.has(id));
  const named = new Set(set.map(({ id }) => id));
  const rest = [...widgets]
    .sort(inOrder)
    .filter(({ id }) => !named.has(id))
    .map(({ id }) => ({ id }));
  return [...set, ...rest].map((one: PhoneItem) => ({ ...one, h: one.h ?? byId.get(one.id)?.place.h ?? 1 }));
}

/** The phone's order with one widget so many places further up (negative) or down. */
export function phoneMoved(content: Pick<Content, "widgets" | "phone">, id: string, by: number): PhoneItem[] {
  const order = phoneOrder(content);
  const at = order.findIndex((one) => one.id === id);
  const to = Math.min(order.length - 1, Math.max(0, at + by));
  const [item] = at < 0 ? [] : order.splice(at, 1);
  if (item !== undefined) order.splice(to, 0, item);
  return order;
}

/** An id that no widget has: `value`, `value-2`. */
export function newId(widgets: readonly Pick<Widget, "id">[], type: string): string {
  const known = new Set(widgets.map(({ id }) => id));
  const base = type.replaceAll("_", "-");
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!known.has(id)) return id;
  }
}

/** What was done, to be undone. */
export interface Steps<T> {
  readonly past: readonly T[];
  readonly now: T;
  readonly future: readonly T[];
}
const MOST_STEPS = 100;
export const begun = <T>(now: T): Steps<T> => ({ past: [], now, future: [] });
export function done<T>({ past, now }: Steps<T>, next: T): Steps<T> {
  return { past: [...past, now].slice(-MOST_STEPS), now: next, future: [] };
}
export function undone<T>(steps: Steps<T>): Steps<T> {
  const before = steps.past.at(-1);
  if (before === undefined) return steps;
  return { past: steps.past.slice(0, -1), now: before, future: [steps.now, ...steps.future] };
}
export function redone<T>(steps: Steps<T>): Steps<T> {
  const [next, ...future] = steps.future;
  return next === undefined ? steps : { past: [...steps.past, steps.now], now: next, future };
}
