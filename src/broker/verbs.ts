import { CodecError, encode, type Packet, PacketType } from "../codec/index.ts";
import { Kind } from "../store/record.ts";
import { PUBCOMP, PUBCOMP_AGAIN } from "./acks.ts";
import type { Channel } from "./channel.ts";
import type { BrokerContext } from "./context.ts";
import { clientDisconnects } from "./departures.ts";
import { puback, pubcomp, pubrec } from "./outgoing.ts";
import type { Session } from "./session.ts";
import { subscribe, unsubscribe } from "./subscriptions.ts";

const PINGRESP = encode(4, { type: "pingresp" });

/** Hands a packet other than PUBLISH to its verb. @throws CodecError when a client must not send it (now) */
export function dispatch(context: BrokerContext, channel: Channel, session: Session, packet: Packet): void {
  switch (packet.type) {
    case "puback":
      return puback(session, packet.packetId);
    case "pubrec":
      return pubrec(context, channel, session, packet.packetId, packet.reasonCode);
    case "pubcomp":
      return pubcomp(context, session, packet.packetId);
    case "pubrel":
      return pubrel(context, channel, session, packet.packetId);
    case "subscribe":
      return subscribe(context, channel, session, packet);
    case "unsubscribe":
      return unsubscribe(context, channel, session, packet);
    case "pingreq":
      channel.send(PINGRESP); // [MQTT-3.12.4-1]
      return;
    case "disconnect":
      return clientDisconnects(context, channel, session, packet);
    case "auth":
      // [MQTT-4.12.0-7]; who authenticates again has failed [MQTT-4.12.1-2]
      throw new CodecError(0x82, "there is no authentication to go on with");
    default:
      // CVE-2021-28166: packets that only a server sends
      throw new CodecError(0x82, `a client must not send ${packet.type}`);
  }
}

/** The same for an acknowledgement in its shortest form. @param type PUBACK, PUBREC, PUBREL or PUBCOMP */
export function dispatchAck(
  context: BrokerContext,
  channel: Channel,
  session: Session,
  type: number,
  packetId: number,
): void {
  if (type === PacketType.PUBACK) return puback(session, packetId);
  if (type === PacketType.PUBREL) return pubrel(context, channel, session, packetId);
  if (type === PacketType.PUBREC) return pubrec(context, channel, session, packetId, 0);
  pubcomp(context, session, packetId);
}

/**
 * PUBREL: frees the identifier of an incoming QoS 2 publish [MQTT-4.3.3-12]; durable before PUBCOMP [MQTT-4.3.3-11]
 * (docs/engine.md section 3), whatever became of the message [MQTT-4.3.3-13].
 */
function pubrel(context: BrokerContext, channel: Channel, session: Session, packetId: number): void {
  const { acks, version } = channel;
  const { stored } = session.outlet;
  if (!session.received.delete(packetId)) {
    // it may have been freed on an earlier connection, and that may not be durable yet
    if (version !== 5) acks.again(PUBCOMP_AGAIN, packetId, stored > 0);
    else acks.encodedAgain(encode(5, { type: "pubcomp", packetId, reasonCode: 0x92 }), stored > 0);
    return;
  }
  if (stored === 0) return acks.inTurn(PUBCOMP, packetId);
  context.commit.tell(Kind.In2Released, stored, packetId);
  acks.afterCommit(PUBCOMP, packetId);
}
