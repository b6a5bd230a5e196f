import type { ConnectPacket } from "../codec/index.ts";
import type { BrokerContext } from "./context.ts";
import { endSession } from "./departures.ts";
import { TAKEN_OVER } from "./farewells.ts";
import type { Session } from "./session.ts";
import { fireWill } from "./wills.ts";

/** Ends an older connection of the same session, and obeys Clean Start [MQTT-3.1.4-4]; the session, if it goes on. */
export function takeOver(
  context: BrokerContext,
  key: string,
  { cleanStart }: Pick<ConnectPacket, "cleanStart">,
  now: number,
): Session | null {
  const old = context.sessions.get(key);
  if (!old) return null;
  if (old.connection) {
    // its session must go on, too: one that ends with its connection sends its will whatever the delay (section 3.1.4)
    const goesOn = !cleanStart && old.expiry > 0 && (old.will?.delay ?? 0) > 0;
    if (goesOn) old.will = null;
    old.connection.disconnect(0x8e, "taken over", TAKEN_OVER); // [MQTT-3.1.4-3]
  }
  const left = context.sessions.get(key);
  if (!left) return null;
  if (cleanStart || left.isOver(now)) {
    if (left.willDue !== null) fireWill(context, left, now);
    endSession(context, left); // [MQTT-3.1.2-4], [MQTT-4.1.0-2]
    return null;
  }
  if (left.willDue !== null && left.willDue <= now) fireWill(context, left, now);
  return left;
}
