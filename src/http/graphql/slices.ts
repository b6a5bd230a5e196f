import { nextTurn } from "../../base/turns.ts";

/** Items that are completed between two turns of the event loop. */
const PER_TURN = 16;
/** Lists up to this many cost too little to divide. */
const SMALL = 32;

/**
 * A list whose items are completed some at a time: the executor completes an item when its promise is there, so that ten
 * thousand devices with their fields do not hold up everybody in one turn.
 */
export function inSlices<T>(items: readonly T[]): readonly T[] | readonly Promise<T>[] {
  if (items.length <= SMALL) return items;
  const parts = items.map(() => Promise.withResolvers<T>());
  void (async () => {
    for (const [i, item] of items.entries()) {
      if (i % PER_TURN === 0) await nextTurn();
      parts[i]?.resolve(item);
    }
  })();
  return parts.map(({ promise }) => promise);
}
