/**
 * How much of what waits for a session is in memory (docs/engine.md section 4). Who takes what comes has the most; who does not
 * answer, does not read or is away has little, so that many of them cost the others nothing.
 */

/** Bytes that may await their answer: at first, and at most. What is answered is added, so it doubles with each round trip. */
export const FIRST_FLIGHT = 32_768;
const FLIGHT = 262_144;
/** Queue bytes of a stored session up to which everything stays in memory: of one that takes what comes, cannot now, is away. */
const CONNECTED = 262_144;
const HELD = 65_536;
const AWAY = 8192;
/** What each session has of the memory of all, however many they are. */
const LEAST = 32_768;
/** Bytes at which the tail becomes a chunk in the store: the least, and the most: when much waits, or for few sessions. */
const CHUNK = 8192;
const LARGE_CHUNK = 65_536;
/** A chunk is at most such a part of what waits, so there are few of them; or such a part of the memory of all. */
const PART = 16;
const PART_OF_ALL = 8;

/** Sessions, and the bytes in memory that they may have together. */
export interface Memory {
  readonly sessions: number;
  readonly total: number;
}
/** Whether somebody takes what waits: at this moment, in general (but the window or the socket is full), or nobody. */
export type Taking = "taking" | "held" | "away";

/** How many bytes a session may have in memory that may have `most`, beside the others. */
function fairShare(most: number, { sessions, total }: Memory): number {
  return Math.max(LEAST, Math.min(most, total / sessions));
}
/** Bytes that may await their answer. @param grown what `grow` made of it so far */
export function flightOf(grown: number, memory: Memory): number {
  return fairShare(grown, memory);
}
/** The bound of a session that has answered so many bytes. */
export function grow(flight: number, answered: number): number {
  return Math.min(FLIGHT, flight + answered);
}
/** Whether a stored session with so many bytes in its queue has no room for more in memory. */
export function isFilled(queueBytes: number, taking: Taking, memory: Memory): boolean {
  if (queueBytes < AWAY) return false;
  return taking === "away" || queueBytes >= fairShare(taking === "held" ? HELD : CONNECTED, memory);
}
/** How large a chunk becomes behind so many bytes of others: a power of two, so that sessions soon agree. */
export function chunkBytesOf(storedBytes: number, { sessions, total }: Memory): number {
  const most = Math.max(storedBytes / PART, total / PART_OF_ALL / sessions);
  let size = CHUNK;
  while (size < LARGE_CHUNK && size * 2 <= most) size *= 2;
  return size;
}
