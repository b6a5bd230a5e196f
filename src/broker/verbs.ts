import { CodecError, encode, type Packet, PacketType } from "../codec/index.ts";
import { Kind } from "../store/record.ts";
import { PUBCOMP, PUBCOMP_AGAIN } from "./acks.ts";
import type { Connection } from "./connection.ts";
import { clientDisconnects } from "./departures.ts";
import { puback, pubcomp, pubrec } from "./outgoing.ts";
import type { Session } from "./session.ts";
import { subscribe, unsubscribe } from "./subscriptions.ts";

const PINGRESP = encode(4, { type: "pingresp" });

/** Hands a packet other than PUBLISH to its verb. @throws CodecError when a client must not send it (now) */
export function dispatch(connection: Connection, session: Session, packet: Packet): void {
  const { broker } = connection;
  switch (packet.type) {
    case "puback":
      return puback(session, packet.packetId);
    case "pubrec":
      return pubrec(broker, connection, session, packet.packetId, packet.reasonCode);
    case "pubcomp":
      return pubcomp(broker, session, packet.packetId);
    case "pubrel":
      return pubrel(connection, session, packet.packetId);
    case "subscribe":
      return subscribe(broker, connection, session, packet);
    case "unsubscribe":
      return unsubscribe(broker, connection, session, packet);
    case "pingreq":
      connection.send(PINGRESP); // [MQTT-3.12.4-1]
      return;
    case "disconnect":
      return clientDisconnects(broker, connection, session, packet);
    case "auth":
      // [MQTT-4.12.0-7]; who authenticates again has failed [MQTT-4.12.1-2]
      throw new CodecError(0x82, "there is no authentication to go on with");
    default:
      // CVE-2021-28166: packets that only a server sends
      throw new CodecError(0x82, `a client must not send ${packet.type}`);
  }
}

/** The same for an acknowledgement in its shortest form. @param type PUBACK, PUBREC, PUBREL or PUBCOMP */
export function dispatchAck(connection: Connection, session: Session, type: number, packetId: number): void {
  if (type === PacketType.PUBACK) return puback(session, packetId);
  if (type === PacketType.PUBREL) return pubrel(connection, session, packetId);
  if (type === PacketType.PUBREC) return pubrec(connection.broker, connection, session, packetId, 0);
  pubcomp(connection.broker, session, packetId);
}

/**
 * PUBREL: frees the identifier of an incoming QoS 2 publish [MQTT-4.3.3-12]; durable before PUBCOMP [MQTT-4.3.3-11]
 * (docs/engine.md section 3), whatever became of the message [MQTT-4.3.3-13].
 */
function pubrel(connection: Connection, session: Session, packetId: number): void {
  const { acks, broker, version } = connection;
  const { stored } = session.outlet;
  if (!session.received.delete(packetId)) {
    // it may have been freed on an earlier connection, and that may not be durable yet
    if (version !== 5) acks.again(PUBCOMP_AGAIN, packetId, stored > 0);
    else acks.encodedAgain(encode(5, { type: "pubcomp", packetId, reasonCode: 0x92 }), stored > 0);
    return;
  }
  if (stored === 0) return acks.inTurn(PUBCOMP, packetId);
  broker.ingest.commits.batch.writer.session(Kind.In2Released, stored, packetId);
  acks.afterCommit(PUBCOMP, packetId);
}
