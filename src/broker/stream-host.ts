import type { BrokerContext } from "./context.ts";

/** Why nothing is read, a bit for each: a Set in each connection takes more memory than all its numbers. */
export const PAUSES = { commit: 1, outbox: 2, login: 4, rate: 8, order: 16, silence: 32 } as const;
export type Pause = keyof typeof PAUSES;
/** Those of them in which what came is kept, too. */
export type Keep = "rate" | "order" | "silence";

/** What a stream needs of the broker around it. */
export interface StreamHost
  extends Pick<BrokerContext, "clock" | "commit" | "hub" | "limits" | "metrics" | "reader" | "silence"> {
  /** There is something in its outbox: it is flushed in this turn. */
  dirty(stream: object): void;
  /** It is resumed (`commit`) when the store takes more. */
  waitForRoom(stream: object): void;
  /** Runs `fn` after the next flush. */
  afterFlush(fn: () => void): void;
}

/** What a connection needs of the broker around it. */
export interface ConnectionHost extends BrokerContext, StreamHost {
  /** We have ended its stream: it is cut off when the client does not end it, too. */
  leaves(connection: object): void;
  /** Its stream is gone. */
  gone(connection: object): void;
}
