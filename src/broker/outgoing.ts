import type { PubrecPacket } from "../codec/index.ts";
import { encode } from "../codec/index.ts";
import { Kind } from "../store/record.ts";
import type { Broker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import type { Session } from "./session.ts";

/**
 * PUBREC: PUBREL follows [MQTT-4.3.3-4], or with an error nothing: the delivery is over, and the message is not sent
 * again [MQTT-4.4.0-2].
 */
export function pubrec(broker: Broker, connection: Connection, session: Session, packet: PubrecPacket): void {
  const { outlet } = session;
  const { packetId, reasonCode } = packet;
  if (reasonCode >= 0x80) {
    if (outlet.acknowledge(packetId) && outlet.stored > 0)
      broker.ingest.commits.batch.writer.session(Kind.OutDone, outlet.stored, packetId);
    return;
  }
  if (!outlet.received(packetId)) {
    connection.send(
      encode(connection.version, { type: "pubrel", packetId, reasonCode: connection.version === 5 ? 0x92 : 0 }),
    );
    return;
  }
  if (outlet.stored === 0) return broker.hub.sendPubrel(connection, outlet, packetId);
  broker.ingest.commits.batch.writer.session(Kind.OutReceived, outlet.stored, packetId);
  broker.hub.afterCommit(outlet, packetId);
}
