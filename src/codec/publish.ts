import { copyOf } from "./bytes.ts";
import { CodecError, malformed, protocolError, TOPIC_NAME_INVALID } from "./error.ts";
import type { Frame } from "./frame.ts";
import type { PublishPacket } from "./packet.ts";
import { readPropertyList, withProperties, writeProperties } from "./properties.ts";
import { createPublishView, readAnyPublish } from "./publish-view.ts";
import { Reader } from "./reader.ts";
import { PacketType, type PublishProperties, type Version } from "./types.ts";
import { hasWildcard, textAt } from "./utf8.ts";
import type { Writer } from "./writer.ts";

/** The properties of a PUBLISH as an object, from the property bytes of a view; undefined when there are none. */
export function publishProperties(
  buf: Uint8Array,
  propsStart: number,
  propsEnd: number,
): PublishProperties | undefined {
  return readPropertyList(new Reader(buf, propsStart, propsEnd), PacketType.PUBLISH);
}

/** Decodes a PUBLISH of either direction (section 3.3) into an object of its own memory. */
export function decodePublish(version: Version, buf: Uint8Array, frame: Frame): PublishPacket {
  const view = createPublishView();
  readAnyPublish(version, buf, frame, view);
  const packet: PublishPacket = {
    type: "publish",
    topic: textAt(buf, view.topicStart, view.topicEnd),
    payload: copyOf(buf, view.payloadStart, view.payloadEnd),
    qos: view.qos,
    dup: view.dup,
    retain: view.retain,
  };
  if (view.packetId !== 0) packet.packetId = view.packetId;
  return withProperties(packet, publishProperties(buf, view.propsStart, view.propsEnd));
}

function checkTopic(version: Version, packet: PublishPacket): void {
  if (hasWildcard(packet.topic)) {
    throw new CodecError(TOPIC_NAME_INVALID, "a topic name must not hold the wildcards + or #"); // [MQTT-3.3.2-2]
  }
  if (packet.topic === "" && (version !== 5 || packet.properties?.topicAlias === undefined)) {
    throw protocolError("the topic name is empty and no topic alias stands for it"); // [MQTT-4.7.3-1]
  }
}

/** Writes the body of a PUBLISH and returns the flags of its fixed header. Throws CodecError for what may not be sent. */
export function encodePublish(version: Version, packet: PublishPacket, w: Writer): number {
  const { qos, dup, retain, packetId } = packet;
  if (dup && qos === 0) throw malformed("DUP is set at QoS 0"); // [MQTT-3.3.1-2]
  if ((qos === 0) !== (packetId === undefined)) {
    throw protocolError("a packet identifier belongs to QoS 1 and 2 only"); // [MQTT-2.2.1-2]
  }
  checkTopic(version, packet);
  w.text(packet.topic); // [MQTT-3.3.2-1]
  if (packetId !== undefined) w.packetId(packetId);
  if (version === 5) writeProperties(w, PacketType.PUBLISH, packet.properties);
  w.raw(packet.payload);
  return (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
}
