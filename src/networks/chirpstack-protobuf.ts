import { V3 } from "./chirpstack-messages-v3.ts";
import { V4 } from "./chirpstack-messages-v4.ts";
import { readMessage, type Message } from "./protobuf.ts";
import type { NetworkRequest } from "./types.ts";
import { isObject, Unreadable } from "./values.ts";

/**
 * A protobuf body of ChirpStack, as the JSON that the same version would have written.
 * @throws Unreadable
 */
export function protobufEvent({ body, query }: NetworkRequest): unknown {
  const event = query.event?.toLowerCase() ?? "up";
  const four = V4[event];
  const three = V3[event];
  if (four === undefined && three === undefined)
    throw new Unreadable(`There is no event ${event.slice(0, 40)} of ChirpStack that is read as protobuf.`);
  const newer = four === undefined ? null : attempt(body, four);
  if (newer !== null && isObject(newer.deviceInfo) && typeof newer.deviceInfo.devEui === "string") return newer;
  const older = three === undefined ? null : attempt(body, three);
  if (older !== null && typeof older.devEUI === "string") return older;
  throw new Unreadable(
    `The body is no protobuf message of ChirpStack for the event ${event.slice(0, 40)}: set the encoding of the integration to JSON.`,
  );
}

function attempt(body: Uint8Array, table: Message): Record<string, unknown> | null {
  try {
    return readMessage(body, table);
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}
