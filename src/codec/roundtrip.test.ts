import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { copyOf } from "./bytes.ts";
import { decode } from "./decode.ts";
import { encode } from "./encode.ts";
import { CodecError } from "./error.ts";
import { createFrame, FRAME_COMPLETE, type Frame, readFrame } from "./frame.ts";
import type { Packet } from "./packet.ts";
import { arbitraryPacket } from "./packets.testing.ts";
import { publishProperties } from "./publish.ts";
import { createPublishView, readPublish, userProperties } from "./publish-view.ts";
import { PacketType, type Version } from "./types.ts";
import { textAt } from "./utf8.ts";

const VERSIONS: readonly Version[] = [3, 4, 5];
const LIMIT = 2 ** 31;

function frameOf(buf: Uint8Array): Frame {
  const frame = createFrame();
  expect(readFrame(buf, 0, buf.length, LIMIT, frame)).toBe(FRAME_COMPLETE);
  return frame;
}

/** What `run` returns, or the CodecError it throws; anything else that is thrown fails the test. */
function attempt<T>(run: () => T): T | CodecError {
  try {
    return run();
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
}

/** Feeds hostile bytes to everything that reads, and checks that what is accepted means the same after a mirror. */
function feed(version: Version, buf: Uint8Array): void {
  const frame = createFrame();
  const view = createPublishView();
  for (let at = 0, packets = 0; packets < 100; packets++) {
    if (readFrame(buf, at, buf.length, LIMIT, frame) !== FRAME_COMPLETE) return;
    expect(frame.bodyEnd).toBeGreaterThan(at);
    at = frame.bodyEnd;
    const packet = attempt(() => decode(version, buf, frame));
    if (frame.type === PacketType.PUBLISH) {
      const read = attempt(() => readPublish(version, buf, frame, view));
      const refused = packet instanceof CodecError || packet.type !== "publish" ? packet : undefined;
      if (refused !== undefined) expect(read).toBeInstanceOf(CodecError);
    }
    if (packet instanceof CodecError) continue;
    const own = packet.type === "connect" ? packet.version : version;
    const again = encode(own, packet);
    expect(decode(own, again, frameOf(again))).toStrictEqual(packet);
  }
}

describe.each(VERSIONS)("version %d", (version) => {
  test("decode(encode(packet)) is the packet", () => {
    fc.assert(
      fc.property(arbitraryPacket(version), (packet) => {
        const buf = encode(version, packet);
        expect(decode(version, buf, frameOf(buf))).toStrictEqual(packet);
      }),
      { numRuns: 3000 },
    );
  });

  test("the view of a PUBLISH says what the packet says", () => {
    const view = createPublishView(); // one for all: nothing of the packet before may remain
    const publishes = arbitraryPacket(version).filter((packet) => packet.type === "publish");
    fc.assert(
      fc.property(publishes, fc.nat({ max: 20 }), (packet, offset) => {
        if (packet.type !== "publish") return;
        delete packet.properties?.subscriptionIdentifiers;
        const encoded = encode(version, packet);
        const buf = new Uint8Array(offset + encoded.length + 5);
        buf.set(encoded, offset);
        const frame = createFrame();
        expect(readFrame(buf, offset, buf.length, LIMIT, frame)).toBe(FRAME_COMPLETE);
        readPublish(version, buf, frame, view);
        const p = packet.properties;
        expect(textAt(buf, view.topicStart, view.topicEnd)).toBe(packet.topic);
        expect(copyOf(buf, view.payloadStart, view.payloadEnd)).toEqual(packet.payload);
        expect([view.qos, view.dup, view.retain, view.packetId]).toEqual([
          packet.qos,
          packet.dup,
          packet.retain,
          packet.packetId ?? 0,
        ]);
        expect([view.topicAlias, view.expiry, view.payloadFormat]).toEqual([
          p?.topicAlias ?? 0,
          p?.messageExpiryInterval ?? -1,
          p?.payloadFormatIndicator ?? -1,
        ]);
        expect([view.hasResponseTopic, textAt(buf, view.responseTopicStart, view.responseTopicEnd)]).toEqual([
          p?.responseTopic !== undefined,
          p?.responseTopic ?? "",
        ]);
        expect(textAt(buf, view.contentTypeStart, view.contentTypeEnd)).toBe(p?.contentType ?? "");
        expect(copyOf(buf, view.correlationStart, view.correlationEnd)).toEqual(p?.correlationData ?? new Uint8Array());
        expect(view.userProps).toBe(p?.userProperties?.length ?? 0);
        expect(userProperties(buf, view.propsStart, view.propsEnd)).toEqual(p?.userProperties ?? []);
        const parsed = publishProperties(buf, view.propsStart, view.propsEnd);
        expect(parsed ?? {}).toEqual(p ?? {});
      }),
      { numRuns: 1000 },
    );
  });

  test("random bytes never throw anything but CodecError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => feed(version, bytes)),
      { numRuns: 3000 },
    );
  });

  test("random bodies under a right length never throw anything but CodecError", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 120 }), (first, body) => {
        feed(version, new Uint8Array([first, body.length, ...body]));
      }),
      { numRuns: 5000 },
    );
  });

  test("mutated packets never throw anything but CodecError", () => {
    const edit = fc.record({
      at: fc.nat(),
      value: fc.integer({ min: 0, max: 255 }),
      kind: fc.constantFrom("set", "cut", "insert"),
    });
    fc.assert(
      fc.property(arbitraryPacket(version), fc.array(edit, { minLength: 1, maxLength: 4 }), (packet, edits) => {
        const body: number[] = [...encode(version, packet)];
        for (const { at, value, kind } of edits) {
          const index = at % (body.length + 1);
          if (kind === "set") body[index] = value;
          else if (kind === "cut") body.splice(index, 1);
          else body.splice(index, 0, value);
        }
        feed(version, new Uint8Array(body));
      }),
      { numRuns: 5000 },
    );
  });

  test("a stream cut anywhere gives the same packets", () => {
    fc.assert(
      fc.property(fc.array(arbitraryPacket(version), { maxLength: 6 }), fc.nat(), (packets, cut) => {
        const stream = Buffer.concat(packets.map((packet) => encode(version, packet)));
        const border = cut % (stream.length + 1);
        const seen: Packet[] = [];
        const frame = createFrame();
        let at = 0;
        for (const end of [border, stream.length]) {
          while (readFrame(stream, at, end, LIMIT, frame) === FRAME_COMPLETE) {
            seen.push(decode(version, stream, frame));
            at = frame.bodyEnd;
          }
        }
        expect(at).toBe(stream.length);
        expect(seen).toStrictEqual(packets);
      }),
      { numRuns: 500 },
    );
  });
});
