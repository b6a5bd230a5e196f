import type { Outbox } from "./outbox.ts";

/** The open network connection of a session, as the fan-out sees it. */
export interface Link {
  readonly box: Outbox;
  /** Largest packet the client takes, bytes; Infinity: it set none. */
  readonly maxPacket: number;
  /** There is something in the outbox: send it in this turn. */
  dirty(): void;
}
