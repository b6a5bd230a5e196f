/** Bytes to packets and back, for MQTT 3.1, 3.1.1 and 5.0. Pure: no socket, no clock, no state. */
export { decodeConnect } from "./connect.ts";
export { decode } from "./decode.ts";
export { encode, encodeWithin } from "./encode.ts";
export * from "./error.ts";
export { copyForwarded, writeForwarded } from "./forward.ts";
export * from "./frame.ts";
export type * from "./packet.ts";
export { createPublishView, type PublishView, readPublish, userProperties } from "./publish-view.ts";
export { publishProperties } from "./publish.ts";
export { PacketReader } from "./packet-reader.ts";
export * from "./short-ack.ts";
export * from "./types.ts";
export { isUtf8, textAt } from "./utf8.ts";
export { putVarint, VARINT_MAX, varintLength } from "./varint.ts";
