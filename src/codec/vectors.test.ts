import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { decode } from "./decode.ts";
import { encode } from "./encode.ts";
import { CodecError } from "./error.ts";
import { createFrame, FRAME_COMPLETE, FRAME_SHORT, type Frame, readFrame } from "./frame.ts";
import type { Packet } from "./packet.ts";
import { createPublishView, readPublish } from "./publish-view.ts";
import { PacketType, type Version } from "./types.ts";
import { putVarint, varintLength } from "./varint.ts";

/**
 * A line of vectors/*.json. Legal: `packet` (bytes as {"hex"}), and `canonical` where encoding gives other bytes than `hex`.
 * Hostile: `reason`, for a CONNECT also the `level` to answer at; `fromClient` = refused only by `readPublish`.
 * Framing: the result `frame` of `readFrame` with `limit`.
 */
interface Vector {
  readonly name: string;
  readonly version: Version | 0;
  readonly hex: string;
  readonly packet?: unknown;
  readonly canonical?: string;
  readonly reason?: string;
  readonly level?: number;
  readonly fromClient?: boolean;
  readonly frame?: number;
  readonly limit?: number;
}

const FOLDER = `${import.meta.dir}/vectors`;
const NO_LIMIT = 2 ** 31;

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

/** The packet as the decoder makes it: {"hex": …} becomes bytes. */
function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== "object" || value === null) return value;
  if ("hex" in value && typeof value.hex === "string") return bytes(value.hex);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revive(inner)]));
}

function complete(buf: Uint8Array): Frame {
  const frame = createFrame();
  expect(readFrame(buf, 0, buf.length, NO_LIMIT, frame)).toBe(FRAME_COMPLETE);
  expect(frame.bodyEnd).toBe(buf.length);
  return frame;
}

function refusal(run: () => unknown): CodecError {
  try {
    run();
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

/** Every border between two chunks, with another packet before and behind in the buffer. */
function checkChunks(buf: Uint8Array): void {
  const frame = createFrame();
  const before = 3;
  const stream = new Uint8Array(before + buf.length + 2);
  stream.set(buf, before);
  stream.set([0xc0, 0x00], before + buf.length);
  for (let end = before; end < before + buf.length; end++) {
    expect(readFrame(stream, before, end, NO_LIMIT, frame)).toBe(FRAME_SHORT);
  }
  for (let end = before + buf.length; end <= stream.length; end++) {
    expect(readFrame(stream, before, end, buf.length, frame)).toBe(FRAME_COMPLETE);
    expect([frame.start, frame.bodyEnd]).toEqual([before, before + buf.length]);
  }
}

function checkLegal(vector: Vector): void {
  const buf = bytes(vector.hex);
  const packet = decode(vector.version, buf, complete(buf));
  expect(packet).toStrictEqual(revive(vector.packet) as Packet); // the table is written by hand in this shape
  const version = packet.type === "connect" ? packet.version : (vector.version as Version); // 0 only in hostile lines
  const again = encode(version, packet);
  expect(Buffer.from(again).toString("hex")).toBe((vector.canonical ?? vector.hex).replaceAll(" ", ""));
  expect(decode(version, again, complete(again))).toStrictEqual(packet);
  checkChunks(buf);
  checkCuts(vector.version, buf);
}

/** The packet ends at any byte, and its length says so: that is refused, or a packet like others, and never anything else. */
function checkCuts(version: Version | 0, buf: Uint8Array): void {
  const { bodyStart, bodyEnd } = complete(buf);
  for (let end = bodyStart; end < bodyEnd; end++) {
    const length = varint(end - bodyStart);
    const cut = new Uint8Array([buf[0] ?? 0, ...length, ...buf.subarray(bodyStart, end)]);
    try {
      const packet = decode(version, cut, complete(cut));
      const own = packet.type === "connect" ? packet.version : (version as Version); // as above
      expect(() => encode(own, packet)).not.toThrow();
    } catch (error) {
      expect(error).toBeInstanceOf(CodecError);
    }
  }
}
function varint(n: number): Uint8Array {
  const out = new Uint8Array(varintLength(n));
  putVarint(out, 0, n);
  return out;
}

/** The hostile packet alone, and with packets behind it that a reader must never touch. */
function checkHostile(vector: Vector): void {
  const alone = bytes(vector.hex);
  const frame = complete(alone);
  checkRefusal(vector, alone, frame);
  for (const filler of [0x00, 0x01, 0x26, 0x61]) {
    const stream = new Uint8Array(alone.length + 300).fill(filler);
    stream.set(alone);
    checkRefusal(vector, stream, frame);
  }
}

function checkRefusal(vector: Vector, buf: Uint8Array, frame: Frame): void {
  const reason = Number(vector.reason);
  if (vector.fromClient !== true) {
    const error = refusal(() => decode(vector.version, buf, frame));
    expect(error.reason).toBe(reason);
    expect(error.level).toBe(vector.level);
  }
  if (frame.type === PacketType.PUBLISH && vector.version !== 0) {
    const { version } = vector;
    expect(refusal(() => readPublish(version, buf, frame, createPublishView())).reason).toBe(reason);
  }
}

function checkFrame(vector: Vector): void {
  const buf = bytes(vector.hex);
  expect(readFrame(buf, 0, buf.length, vector.limit ?? NO_LIMIT, createFrame())).toBe(vector.frame as 0 | 1 | 2 | 3); // our own table, see Vector
}

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".json"))) {
  const vectors = JSON.parse(readFileSync(`${FOLDER}/${file}`, "utf8")) as Vector[]; // our own table, see Vector
  describe(file, () => {
    test.each(vectors.map((vector) => [vector.name, vector] as const))("%s", (_, vector) => {
      if (vector.frame !== undefined) checkFrame(vector);
      else if (vector.reason !== undefined) checkHostile(vector);
      else checkLegal(vector);
    });
    test("no name is given twice", () => {
      expect(new Set(vectors.map((vector) => vector.name)).size).toBe(vectors.length);
    });
  });
}
