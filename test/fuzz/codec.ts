import {
  CodecError,
  createFrame,
  createPublishView,
  decode,
  encode,
  type Frame,
  FRAME_COMPLETE,
  PacketType,
  readFrame,
  readPublish,
  type Version,
} from "../../src/codec/index.ts";

/** Every packet in the bytes is at least this long, so more rounds are a reader that stands still. */
const SHORTEST = 2;

/**
 * Feeds bytes to everything that reads: nothing but a CodecError may come of it, a reader always gets on, and what is
 * accepted means the same when it is written and read again.
 * @throws Error that says what is wrong
 */
export function feedCodec(version: Version, bytes: Uint8Array): void {
  const frame = createFrame();
  let at = 0;
  for (let packets = 0; readFrame(bytes, at, bytes.length, 2 ** 31, frame) === FRAME_COMPLETE; packets++) {
    if (frame.bodyEnd <= at || packets > bytes.length / SHORTEST) throw new Error("the reader does not get on");
    at = frame.bodyEnd;
    const packet = attempt(() => decode(version, bytes, frame));
    if (frame.type === PacketType.PUBLISH) {
      const refused = attempt(() => readPublish(version, bytes, frame, createPublishView())) instanceof CodecError;
      if (packet instanceof CodecError && !refused)
        throw new Error("only one of the two readers of PUBLISH refuses it");
    }
    if (packet instanceof CodecError) {
      if (packet.reason < 0x80) throw new Error(`it is refused with the reason ${packet.reason}`);
      continue;
    }
    mirror(packet.type === "connect" ? packet.version : version, packet);
  }
}

function mirror(version: Version, packet: ReturnType<typeof decode>): void {
  const again = encode(version, packet);
  const back = decode(version, again, whole(again));
  if (!Bun.deepEquals(back, packet, true))
    throw new Error(`${packet.type} means something else when it is written again`);
  const third = encode(version, back);
  if (Buffer.compare(again, third) !== 0) throw new Error(`${packet.type} is not written in one form`);
}
function whole(bytes: Uint8Array): Frame {
  const frame = createFrame();
  if (readFrame(bytes, 0, bytes.length, 2 ** 31, frame) !== FRAME_COMPLETE || frame.bodyEnd !== bytes.length)
    throw new Error("what was written is not one packet");
  return frame;
}
function attempt<T>(run: () => T): T | CodecError {
  try {
    return run();
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
}
