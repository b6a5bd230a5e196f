import type { MessageQueue } from "../session/queue.ts";
import type { Taking } from "./bounds.ts";

/** Bounds of what waits for one client. */
export interface QueueLimits {
  /** Messages that wait for a session. */
  readonly maxQueued: number;
  /** Bytes in memory of messages that wait for a session. */
  readonly maxQueuedBytes: number;
  /** Bytes in memory of messages that wait for all sessions together. */
  readonly maxTotalQueuedBytes: number;
  /** Bytes in the store of messages that wait for all sessions of one account, and of all accounts together. */
  readonly maxStoredBytesPerAccount: number;
  readonly maxStoredBytes: number;
  /** Bytes of unsent output, beyond which QoS 0 is dropped. */
  readonly maxUnsent: number;
}

/** Something for which messages wait: a session's outlet, a shared subscription. */
export interface Keeper {
  /** Number of its stored row; 0: it writes nothing. */
  stored: number;
  queue: MessageQueue | null;
  /** In the hub's list of what is to be pumped. */
  touched: boolean;
  /** Nothing waits for it any more. */
  readonly gone: boolean;
  /** Whether somebody takes what comes. */
  readonly taking: Taking;
  /** Where the next message to send lies in the queue: what lies before it is in flight. */
  readonly sendAt: number;
  /** What of it waits beyond the queue. */
  readonly backlog: { readonly storedBytes: number };
  /** Whose it is, and its name there; for people. */
  readonly owner: string;
  readonly name: string;
  pump(now: number): void;
  /** Makes room in its queue, or beyond it: the oldest that are not in flight go. @param why what counts them; returns how many */
  dropOldest(why: "queueDropped" | "memoryDropped"): number;
  /** The oldest chunk goes: there is no room for it in the store any more. */
  dropChunk(): void;
}

/** Bytes in its queue that were not sent. */
export function unsentBytes({ queue, sendAt }: Keeper): number {
  return queue === null ? 0 : queue.tail - Math.max(sendAt, queue.head);
}
