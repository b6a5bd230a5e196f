import { malformed, protocolError } from "./error.ts";
import { checkFilter } from "./filters.ts";
import type { SubscribePacket, Subscription } from "./packet.ts";
import { readProperties, withProperties, writeProperties } from "./properties.ts";
import type { Reader } from "./reader.ts";
import { PacketType, type Qos, type Version } from "./types.ts";
import type { Writer } from "./writer.ts";

function checkSubscription(subscription: Subscription): Subscription {
  checkFilter(subscription.filter);
  if (subscription.noLocal && subscription.filter.startsWith("$share/")) {
    throw protocolError("No Local on a shared subscription"); // [MQTT-3.8.3-4]
  }
  return subscription;
}

/** Reads the options byte (3.8.3.1); in v3 it is the requested QoS alone. */
function readOptions(version: Version, filter: string, options: number): Subscription {
  const qos = options & 3;
  if (version !== 5) {
    if (options > 2) throw malformed("a requested QoS is not 0, 1 or 2"); // [MQTT3-3.8.3-4]
    return { filter, qos: qos as Qos, noLocal: false, retainAsPublished: false, retainHandling: 0 }; // at most 2, see above
  }
  if ((options & 0xc0) !== 0) throw malformed("reserved subscription options are set"); // [MQTT-3.8.3-5]
  if (qos === 3) throw protocolError("a requested QoS is 3"); // 3.8.3.1
  const retainHandling = options >> 4;
  if (retainHandling === 3) throw protocolError("Retain Handling is 3"); // 3.8.3.1
  return {
    filter,
    qos: qos as Qos, // 3 was refused above
    noLocal: (options & 4) !== 0,
    retainAsPublished: (options & 8) !== 0,
    retainHandling: retainHandling as 0 | 1 | 2, // 3 was refused above
  };
}

/** Decodes the body of a SUBSCRIBE (section 3.8). */
export function decodeSubscribe(version: Version, r: Reader): SubscribePacket {
  const packetId = r.packetId();
  const properties = version === 5 ? readProperties(r, PacketType.SUBSCRIBE) : undefined;
  const subscriptions: Subscription[] = [];
  while (r.left > 0) {
    const filter = r.text(); // [MQTT-3.8.3-1]
    subscriptions.push(checkSubscription(readOptions(version, filter, r.byte())));
  }
  if (subscriptions.length === 0) throw protocolError("a SUBSCRIBE without a filter"); // [MQTT-3.8.3-2]
  return withProperties<SubscribePacket>({ type: "subscribe", packetId, subscriptions }, properties);
}

/** Writes the body of a SUBSCRIBE; v3 has no options beyond the QoS. */
export function encodeSubscribe(version: Version, packet: SubscribePacket, w: Writer): void {
  w.packetId(packet.packetId);
  if (version === 5) writeProperties(w, PacketType.SUBSCRIBE, packet.properties);
  if (packet.subscriptions.length === 0) throw protocolError("a SUBSCRIBE without a filter"); // [MQTT-3.8.3-2]
  for (const subscription of packet.subscriptions) {
    const { filter, qos, noLocal, retainAsPublished, retainHandling } = subscription;
    checkSubscription(subscription);
    w.text(filter);
    w.byte(version === 5 ? qos | (noLocal ? 4 : 0) | (retainAsPublished ? 8 : 0) | (retainHandling << 4) : qos);
  }
}
