import type { Seq } from "../store/ports.ts";

/** Members of a shared subscription at one node, of one account. */
export interface PartMembers {
  /** Its key. */
  readonly account: string;
  /** Those with a connection. */
  readonly connected: number;
  /** Those for which messages wait: with QoS 1 or 2, connected or not. */
  readonly queueing: number;
  /** How many of these are on their way to another node. */
  readonly leaving: number;
}
/** What of a shared subscription is at one node: it has members, a queue and a stored row of its own. */
export interface Part {
  /** Whose it is: the epoch of its node. */
  readonly epoch: number;
  /** Number of its stored row; 0: it has none, for no messages wait. */
  readonly stored: number;
  /** Its node is gone: what waits there is to be handed over, and what comes for its members waits there, too. */
  readonly isDead: boolean;
  readonly members: readonly PartMembers[];
}

/** No part gets it. */
export const NOBODY = 0;

/**
 * Which node's part of a shared subscription gets a message: chosen by its number, each as often as it has connected members that may read it;
 * while none is connected anywhere, as it has such for which messages wait. Pure: nodes that know the same members choose the same.
 * @param parts in the same order on all nodes
 * @param may whether an account may read the message
 * @returns its epoch; NOBODY: it has no members that may have the message
 */
export function partOf(seq: Seq, parts: readonly Part[], may: (account: string) => boolean): number {
  let [connected, queueing] = [0, 0];
  for (const { members } of parts)
    for (const one of members) {
      if (!may(one.account)) continue;
      connected += one.connected;
      queueing += one.queueing;
    }
  const total = connected > 0 ? connected : queueing;
  if (total === 0) return NOBODY;
  let at = scattered(seq) % total;
  for (const { epoch, members } of parts)
    for (const one of members) {
      if (!may(one.account)) continue;
      at -= connected > 0 ? one.connected : one.queueing;
      if (at < 0) return epoch;
    }
  return NOBODY;
}
/** 32 bits of which each depends on the whole number: what publishers do in turns must not go to parts in turns. */
function scattered(seq: Seq): number {
  let h = ((seq % 2 ** 32) | 0) ^ Math.floor(seq / 2 ** 32);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Which part takes over what waits in another one: that of a living node with the most connected members that may read it, of those the
 * one with the most for which messages wait, of those the one that takes part for longest.
 * @param isConnected only one with connected members
 * @returns its epoch; NOBODY: there is none
 */
export function heirOf(
  parts: readonly Part[],
  may: (account: string) => boolean = () => true,
  isConnected = false,
): number {
  let [heir, most, more] = [NOBODY, -1, -1];
  for (const { epoch, stored, isDead, members } of parts) {
    let [connected, queueing] = [0, 0];
    for (const one of members) {
      if (one.queueing === 0 || !may(one.account)) continue;
      connected += one.connected;
      queueing += one.queueing;
    }
    if (isDead || stored === 0 || queueing === 0 || (isConnected && connected === 0)) continue;
    if (connected < most || (connected === most && queueing <= more)) continue;
    [heir, most, more] = [epoch, connected, queueing];
  }
  return heir;
}

/** The parts with another one in the place of that of its node, ordered by epoch; without it when nothing is left of it. */
export function withPart(parts: readonly Part[], part: Part): readonly Part[] {
  const others = parts.filter(({ epoch }) => epoch !== part.epoch);
  if (part.stored === 0 && part.members.length === 0) return others;
  return [...others, part].sort((a, b) => a.epoch - b.epoch);
}
/** The parts when a node is gone: nobody is connected there, and what is in no store is no more. */
export function withoutNode(parts: readonly Part[], epoch: number): readonly Part[] {
  const gone = parts.find((part) => part.epoch === epoch);
  if (gone === undefined) return parts;
  const waiting = gone.members.filter(({ queueing }) => queueing > 0).map((one) => ({ ...one, connected: 0 }));
  return withPart(parts, { ...gone, isDead: true, members: gone.stored === 0 ? [] : waiting });
}

/** Who gets messages that are handed to a part: that one, or another when by then nobody is in it. */
export function receiverOf(parts: readonly Part[], to: number): number {
  return heirOf(parts.filter(({ epoch }) => epoch === to)) || heirOf(parts);
}
