import type { OutboundAliases } from "../session/outbound.ts";
import type { Outbox } from "./outbox.ts";

/** What a client takes: on this the bytes of a PUBLISH depend, beside the message. */
export interface Receiver {
  /** Largest packet, bytes; Infinity: it set none. */
  readonly maxPacket: number;
  /** Topic aliases towards it; null: it takes none. */
  readonly aliases: OutboundAliases | null;
  /** Called for each delivery that was larger than it takes, and is therefore not sent [MQTT-3.1.2-25]. @param bytes of the packet */
  tooLarge?(bytes: number): void;
}
/** One that takes everything: what is written for it can be copied to all such. */
export const ANYONE: Receiver = { maxPacket: Number.POSITIVE_INFINITY, aliases: null };

/** Whether a client takes the same bytes as any other such. */
export function isAnyone({ maxPacket, aliases }: Receiver): boolean {
  return maxPacket === Number.POSITIVE_INFINITY && aliases === null;
}

/** The open network connection of a session, as the fan-out sees it. */
export interface Link extends Receiver {
  readonly box: Outbox;
  /** There is something in the outbox: send it in this turn. */
  dirty(): void;
}
