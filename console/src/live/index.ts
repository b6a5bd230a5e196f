import { useCallback, useRef, useSyncExternalStore } from "react";
import { queryClient } from "../api/index.ts";
import { LiveConnection, type LiveState } from "./connection.ts";
import { Interest } from "./interest.ts";
import { LiveStore, type LiveValue } from "./store.ts";

export { LiveConnection, type LiveState } from "./connection.ts";
export { LiveStore, type LiveValue } from "./store.ts";

/** At most so often what is drawn follows what is heard, ms: eyes follow no faster, and a busy fleet costs no more. */
const FRAME_MS = 200;

/** So long after the last change of what is looked at the stream is opened anew, ms: not with every row that scrolls by. */
const SETTLED_MS = 120;
const interest = new Interest();
let settling: ReturnType<typeof setTimeout> | undefined;

export const liveStore = new LiveStore(
  (flush) => setTimeout(() => requestAnimationFrame(flush), FRAME_MS),
  () => {
    clearTimeout(settling);
    settling = setTimeout(() => liveConnection.aim(interest.aim(liveStore.watched, liveStore.watchedAll)), SETTLED_MS);
  },
);

const states = new Set<() => void>();
export const liveConnection = new LiveConnection(
  {
    open: (address) => new EventSource(address),
    now: () => Date.now(),
    later: (run, ms) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    hear: (measurement) => liveStore.apply(measurement),
    gap: () => void queryClient.invalidateQueries({ predicate: ({ meta }) => meta?.live === true }),
    changed: () => {
      for (const tell of states) tell();
    },
  },
  interest.aim(new Set(), false),
);

if (typeof window !== "undefined") {
  window.addEventListener("offline", () => liveConnection.offline());
  window.addEventListener("online", () => liveConnection.online());
}

/** How the stream of events is doing. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (tell) => {
      states.add(tell);
      return () => states.delete(tell);
    },
    () => liveConnection.state,
  );
}

/** The values of a device that came since the page was opened, field by field. */
export function useLiveValues(product: string, device: string): ReadonlyMap<string, LiveValue> {
  const key = LiveStore.key(product, device);
  const watch = useCallback((tell: () => void) => liveStore.watch(key, tell), [key]);
  return useSyncExternalStore(watch, () => liveStore.valuesOf(key));
}

/**
 * The values of several devices that came live, by their keys; another map when one of them changed.
 * @param keys `LiveStore.key`; the same list as long as they are the same
 */
export function useLiveOf(keys: readonly string[]): ReadonlyMap<string, ReadonlyMap<string, LiveValue>> {
  const kept = useRef<ReadonlyMap<string, ReadonlyMap<string, LiveValue>>>(new Map());
  const read = useCallback(() => {
    const next = new Map(keys.map((key) => [key, liveStore.valuesOf(key)] as const));
    const same =
      next.size === kept.current.size && [...next].every(([key, values]) => kept.current.get(key) === values);
    if (!same) kept.current = next;
    return kept.current;
  }, [keys]);
  const watch = useCallback((tell: () => void) => liveStore.watchEach(keys, tell), [keys]);
  return useSyncExternalStore(watch, read);
}

/** When a device was heard last: live, or as the answer of a query said. @param known ISO 8601, or null: never */
export function useHeard(product: string, device: string, known: string | null): string | null {
  const key = LiveStore.key(product, device);
  const watch = useCallback((tell: () => void) => liveStore.watch(key, tell), [key]);
  const live = useSyncExternalStore(watch, () => liveStore.heard(key));
  if (live === null) return known;
  return known === null || live > known ? live : known;
}
