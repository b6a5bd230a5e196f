import { type SyntheticEvent, useRef, useState } from "react";

/** Whether somebody looks at what is in an element: by pointer, by keyboard, or by having unfolded something in it. */
function isLookedAt(element: Element): boolean {
  if (element.matches(":hover") && window.matchMedia("(hover: hover)").matches) return true;
  return element.querySelector("details[open], :focus-visible") !== null;
}

/** How many lines came before the newest of those that are held. @param list newest first @param held newest first */
export function freshOf<T>(list: readonly T[], held: readonly T[], keyOf: (one: T) => unknown): number {
  const [newest] = held;
  if (newest === undefined) return 0;
  const at = list.findIndex((one) => keyOf(one) === keyOf(newest));
  return at < 0 ? list.length : at;
}

/**
 * A list that grows at its top, and stays as it is while somebody looks at it: nothing moves under the pointer.
 * @param list newest first @returns what is to be shown, how many came since, how to see those, and the listeners of the element around it
 */
export function useHold<T>(list: readonly T[], keyOf: (one: T) => unknown) {
  const [held, setHeld] = useState<readonly T[] | null>(null);
  const latest = useRef(list);
  latest.current = list;
  const look = ({ currentTarget }: SyntheticEvent<Element>) => {
    const looked = isLookedAt(currentTarget);
    setHeld((before) => (looked ? (before ?? latest.current) : null));
  };
  // what was cleared is not held, and an empty list holds nothing
  const isHeld = held !== null && held.length > 0 && list.length > 0;
  return {
    shown: isHeld ? held : list,
    fresh: isHeld ? freshOf(list, held, keyOf) : 0,
    /** Shows what waits, also while one looks. */
    release: () => setHeld(null),
    listeners: { onPointerEnter: look, onPointerLeave: look, onFocus: look, onBlur: look, onToggleCapture: look },
  };
}
