import type { Micros } from "../base/types.ts";
import type { StoredPresence } from "./ports.ts";

/** That a node has a connection of a device from now on, or none any more. */
interface PresenceNews {
  /** uid */
  readonly device: number;
  /** Epoch of the node. */
  readonly holder: number;
  readonly isUp: boolean;
  readonly time: Micros;
  /** The next number is above this. */
  readonly floor: number;
}

/**
 * What is known of a device's connection when a node has told of it: it is connected while any node has a connection. Pure: every node
 * and the store come to the same, for all are told the same in one order. PostgreSQL's function `apply_note` says the same in SQL.
 * @param before null: nothing was known
 * @returns `before` when it changes nothing
 */
export function presenceAfter(before: StoredPresence | null, news: PresenceNews): StoredPresence | null {
  const { device, holder, isUp, time, floor } = news;
  const held = before?.holders ?? [];
  const number = Math.max(before?.number ?? 0, floor) + 1;
  if (isUp) {
    if (before?.connected !== true) {
      const disconnectedAt = before?.disconnectedAt ?? null;
      return { device, connected: true, connectedAt: time, disconnectedAt, number, holders: [holder] };
    }
    return held.includes(holder) ? before : { ...before, holders: [...held, holder] };
  }
  if (before === null || !before.connected) return before;
  const holders = held.filter((one) => one !== holder);
  if (holders.length > 0) return { ...before, holders };
  return { ...before, connected: false, disconnectedAt: time, number, holders };
}
