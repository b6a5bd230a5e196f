import { describe, expect, test } from "bun:test";
import { decode } from "./decode.ts";
import { CodecError } from "./error.ts";
import { createFrame, FRAME_COMPLETE, readFrame } from "./frame.ts";
import type { Version } from "./types.ts";

// Every value of the bytes that are made of flags, against the standard's rules written down once more.

const VERSIONS: readonly Version[] = [3, 4, 5];
const BYTE = Array.from({ length: 256 }, (_, n) => n);
const text = (word: string) => [0, word.length, ...Buffer.from(word)];

/** The reason code of the refusal; 0: it is accepted. */
function verdict(version: Version | 0, bytes: readonly number[]): number {
  const buf = Uint8Array.from(bytes);
  const frame = createFrame();
  expect(readFrame(buf, 0, buf.length, buf.length, frame)).toBe(FRAME_COMPLETE);
  try {
    decode(version, buf, frame);
    return 0;
  } catch (error) {
    if (error instanceof CodecError) return error.reason;
    throw error;
  }
}
const packet = (first: number, body: readonly number[]) => [first, body.length, ...body];

describe.each(VERSIONS)("version %d", (version) => {
  const v5 = version === 5;
  const none = v5 ? [0] : [];

  test("[MQTT-3.1.2-3] [MQTT-3.1.2-11] [MQTT-3.1.2-12] [MQTT-3.1.2-13]: all 256 values of the Connect Flags, with the fields that they announce", () => {
    const seen = BYTE.map((flags) => {
      const will = (flags & 4) === 0 ? [] : [...none, ...text("w"), ...text("x")];
      const user = (flags & 0x80) === 0 ? [] : text("u");
      const password = (flags & 0x40) === 0 ? [] : text("p");
      const name = version === 3 ? text("MQIsdp") : text("MQTT");
      return verdict(
        0,
        packet(0x10, [...name, version, flags, 0, 9, ...none, ...text("c"), ...will, ...user, ...password]),
      );
    });
    const wanted = BYTE.map((flags) => {
      const qos = (flags >> 3) & 3;
      const will = (flags & 4) !== 0;
      if ((flags & 1) !== 0 || qos === 3) return 0x81;
      if (!will && (qos > 0 || (flags & 0x20) !== 0)) return 0x81;
      return !v5 && (flags & 0xc0) === 0x40 ? 0x82 : 0;
    });
    expect(seen).toEqual(wanted);
  });

  test("[MQTT-3.8.3-5]: all 256 values of the Subscription Options", () => {
    const seen = BYTE.map((options) => verdict(version, packet(0x82, [0, 1, ...none, ...text("a"), options])));
    const wanted = BYTE.map((options) => {
      if (!v5) return options > 2 ? 0x81 : 0;
      if (options >= 0x40) return 0x81;
      return (options & 3) === 3 || (options & 0x30) === 0x30 ? 0x82 : 0;
    });
    expect(seen).toEqual(wanted);
  });

  test("[MQTT-2.1.3-1] [MQTT-3.3.1-2] [MQTT-3.3.1-4]: all 256 values of the first byte, with a body that is right otherwise", () => {
    const id = [0, 7];
    const name = version === 3 ? text("MQIsdp") : text("MQTT");
    const body = (first: number): readonly number[] => {
      const qos = (first >> 1) & 3;
      const bodies: Readonly<Record<number, readonly number[]>> = {
        1: [...name, version, 2, 0, 9, ...none, ...text("c")],
        2: [0, 0, ...none],
        3: [...text("t"), ...(qos === 0 ? [] : id), ...none],
        4: id,
        5: id,
        6: id,
        7: id,
        8: [...id, ...none, ...text("a"), 0],
        9: [...id, ...none, 0],
        10: [...id, ...none, ...text("a")],
        11: v5 ? [...id, 0, 0] : id,
      };
      return bodies[first >> 4] ?? [];
    };
    const seen = BYTE.map((first) => verdict(version, packet(first, body(first))));
    const wanted = BYTE.map((first) => {
      const type = first >> 4;
      const flags = first & 15;
      if (type === 0 || (type === 15 && !v5)) return 0x81;
      if (type === 3) return (flags & 6) === 6 || (flags & 14) === 8 ? 0x81 : 0;
      const fixed = type === 6 || type === 8 || type === 10 ? 2 : 0;
      // MQTT 3.1 has a DUP flag there
      const dup = version === 3 && fixed === 2 ? 8 : 0;
      return (flags & ~dup) === fixed ? 0 : 0x81;
    });
    expect(seen).toEqual(wanted);
  });
});

test("[MQTT-3.1.2-1] [MQTT-3.1.2-2]: all 256 protocol levels, under both names", () => {
  for (const [name, good] of [
    ["MQTT", [4, 5, 0x84, 0x85]],
    ["MQIsdp", [3, 0x83]],
  ] as const) {
    const seen = BYTE.filter((level) => {
      const none = (level & 0x7f) === 5 ? [0] : [];
      const reason = verdict(0, packet(0x10, [...text(name), level, 2, 0, 9, ...none, ...text("c")]));
      if (reason !== 0) expect(reason).toBe(0x84);
      return reason === 0;
    });
    expect(seen).toEqual([...good]);
  }
});
