import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { PublishPacket, UserProperty } from "../../codec/index.ts";
import { colors } from "../text.ts";
import { MessagePrinter, readMessage } from "./render.ts";

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
function packet(topic: string, payload: string, userProperties: UserProperty[] = []): PublishPacket {
  const common = { type: "publish", qos: 0, dup: false, retain: false } as const;
  return { ...common, topic, payload: new TextEncoder().encode(payload), properties: { userProperties } };
}
const line = (one: PublishPacket) => new MessagePrinter(colors(false), () => NOW).line(readMessage(one, "dtck", NOW));

describe("a measurement", () => {
  test("is taken apart, with the server's time and unit", () => {
    const stamp = "2026-01-01T00:00:00.123456Z";
    const one = packet("dtck/p/d/T", "22.5", [
      ["timestamp", stamp],
      ["unit", "°C"],
    ]);
    const message = readMessage(one, "dtck", NOW);
    expect(message).toMatchObject({ time: stamp, product: "p", device: "d", field: "T", value: "22.5", unit: "°C" });
    expect(line(one)).toMatch(/^2026-01-01T00:00:00\.123Z {2}p\/d {2}T {2}22\.5 °C\n$/);
  });

  test("without them has the time when it came; a time that is none does not count", () => {
    expect(readMessage(packet("dtck/p/d/T", "1", [["timestamp", "soon"]]), "dtck", NOW).time).toBe(
      "2026-01-02T03:04:05.006Z",
    );
  });

  test("columns line up from the widest on", () => {
    const printer = new MessagePrinter(colors(false), () => NOW);
    const show = (topic: string) =>
      printer
        .line(readMessage(packet(topic, "1"), "dtck", NOW))
        .slice(15)
        .trimEnd();
    expect([show("dtck/p/long/TEMP"), show("dtck/p/d/T")]).toEqual(["p/long  TEMP  1", "p/d     T     1"]);
  });
});

test("a report of a refusal says what was refused and why", () => {
  const report = {
    code: "invalid_value",
    message: "not a number",
    topic: "dtck-pub/p/d/T",
    payload: "x\u001b[2J",
    count: 3,
  };
  expect(line(packet("dtck-errors/p/d/T", JSON.stringify(report)))).toMatch(
    /refused invalid_value \(3×\) {2}dtck-pub\/p\/d\/T "x\\\\x1b\[2J" {2}not a number\n$/,
  );
  expect(line(packet("dtck-errors/p/d/T", "not JSON"))).toContain("dtck-errors/p/d/T  not JSON");
});

test("whatever comes is one line that a terminal can show", () => {
  const any = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(fc.constantFrom("dtck/p/d/", "dtck-errors/p/", "x/"), any, any, any, (root, topic, payload, unit) => {
      const shown = line(packet(root + topic, payload, [["unit", unit]]));
      expect(shown.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
      expect(shown).toEndWith("\n");
    }),
  );
});
