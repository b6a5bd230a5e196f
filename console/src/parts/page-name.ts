import { useEffect, useSyncExternalStore } from "react";

/** What the page that is open calls itself: the last step of the way to it, and the window's title. */

const state = { name: null as string | null };
const listeners = new Set<() => void>();

function become(name: string | null): void {
  state.name = name;
  for (const tell of listeners) tell();
}

/** Says the name while the page is shown; null: its route's name is right. */
export function usePageName(name: string | null): void {
  useEffect(() => {
    become(name);
    return () => become(null);
  }, [name]);
}

export function useNameOfPage(): string | null {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => state.name,
  );
}
