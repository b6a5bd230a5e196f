import { CodecError, encode } from "../codec/index.ts";
import type { Outlet } from "../fanout/outlet.ts";
import { Kind } from "../store/record.ts";
import type { BrokerContext } from "./context.ts";
import type { Channel } from "./channel.ts";
import type { Session } from "./session.ts";

/**
 * An answer that is not the delivery's is inconsistent with the state of both sides (section 1.2, Protocol Error); one to
 * what is not known is none, for it may have been answered before. PUBREC may come twice.
 * @throws CodecError 0x82
 */
function checkAnswer(outlet: Outlet, packetId: number, answer: "puback" | "pubrec" | "pubcomp"): void {
  const awaited = outlet.awaits(packetId);
  if (awaited === null || awaited === answer || (awaited === "pubcomp" && answer === "pubrec")) return;
  throw new CodecError(0x82, `${answer.toUpperCase()} is not the answer that this delivery waits for`);
}

/**
 * PUBREC: PUBREL follows [MQTT-4.3.3-4], or with an error nothing: the delivery is over, and the message is not sent
 * again [MQTT-4.4.0-2].
 */
export function pubrec(
  context: BrokerContext,
  channel: Channel,
  session: Session,
  packetId: number,
  reasonCode: number,
): void {
  const { outlet } = session;
  checkAnswer(outlet, packetId, "pubrec");
  if (reasonCode >= 0x80) {
    if (outlet.acknowledge(packetId) && outlet.stored > 0) context.commit.tell(Kind.OutDone, outlet.stored, packetId);
    return;
  }
  if (!outlet.received(packetId)) {
    channel.send(encode(channel.version, { type: "pubrel", packetId, reasonCode: channel.version === 5 ? 0x92 : 0 }));
    return;
  }
  if (outlet.stored === 0) return context.hub.sendPubrel(channel, packetId);
  context.commit.tell(Kind.OutReceived, outlet.stored, packetId);
  context.hub.afterCommit(outlet, packetId);
}

/** PUBACK: the delivery is over. */
export function puback(session: Session, packetId: number): void {
  checkAnswer(session.outlet, packetId, "puback");
  session.outlet.acknowledge(packetId);
}

/** PUBCOMP: the delivery is over. */
export function pubcomp(context: BrokerContext, { outlet }: Session, packetId: number): void {
  checkAnswer(outlet, packetId, "pubcomp");
  if (outlet.acknowledge(packetId) && outlet.stored > 0) context.commit.tell(Kind.OutDone, outlet.stored, packetId);
}
