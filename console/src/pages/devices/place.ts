import { useRouterState } from "@tanstack/react-router";
import { type RefObject, useEffect, useLayoutEffect, useState } from "react";

/** Where somebody was in a list that is drawn bit by bit. */
interface Place {
  /** How many entries were drawn. */
  readonly shown: number;
  /** The first one that was seen, and where its top was, px from that of the window. */
  readonly first: number;
  readonly top: number;
}

/** What is above is measured when it comes in sight: so many frames the place is looked for, and so many it must be the same. */
const FRAMES = 60;
const SAME = 6;

/**
 * How many entries of a list are drawn, kept with the entry of the browser's history: who comes back finds the same ones at the same place.
 * Heights of what was never seen are guesses, so the place is that of an entry, not a number of px.
 * @param atFirst how many are drawn where nothing is kept
 */
export function usePlace(list: RefObject<HTMLElement | null>, atFirst: number) {
  const entry = useRouterState({ select: ({ location }) => location.state.__TSR_key ?? "" });
  const key = `fieldcast-place-${entry}`;
  const [kept] = useState(() => read(key));
  const state = useState(kept?.shown ?? atFirst);
  useEffect(() => (kept === null ? undefined : seek(list, kept)), [list, kept]);
  // when one leaves the list is there still
  useLayoutEffect(() => () => write(key, list.current), [list, key]);
  return state;
}

/** Brings an entry to its place; stops when it stays there, or when somebody moves the page. */
function seek(list: RefObject<HTMLElement | null>, { first, top }: Place): () => void {
  let frames = 0;
  let same = 0;
  let next = requestAnimationFrame(step);
  function step() {
    const away = (list.current?.children[first]?.getBoundingClientRect().top ?? top) - top;
    if (Math.abs(away) >= 1) window.scrollBy(0, away);
    same = Math.abs(away) < 1 ? same + 1 : 0;
    if (++frames < FRAMES && same < SAME) next = requestAnimationFrame(step);
  }
  const stop = () => cancelAnimationFrame(next);
  const moves = ["wheel", "touchstart", "keydown", "pointerdown"] as const;
  for (const move of moves) window.addEventListener(move, stop, { once: true, passive: true });
  return () => {
    stop();
    for (const move of moves) window.removeEventListener(move, stop);
  };
}

function read(key: string): Place | null {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(key) ?? "null");
    return typeof found === "object" && found !== null ? (found as Place) : null; // written below
  } catch {
    return null;
  }
}
function write(key: string, list: HTMLElement | null): void {
  if (list === null) return;
  const entries = [...list.children];
  const first = entries.findIndex((one) => one.getBoundingClientRect().bottom > 0);
  const top = entries[first]?.getBoundingClientRect().top;
  if (top === undefined) return;
  try {
    sessionStorage.setItem(key, JSON.stringify({ shown: entries.length, first, top } satisfies Place));
  } catch {}
}
