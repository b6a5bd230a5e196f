import { expect, test } from "bun:test";
import { aboutOf, fileOf, isBad, isShown, lineOf, reasonsOf } from "./packets.ts";

const line = (facts: object) => {
  const read = lineOf(1, JSON.stringify({ time: "2026-03-01T12:00:00Z", client: "c", remote: "::1", ...facts }));
  if (read === null) throw new Error("it cannot be read");
  return read;
};
const PUBLISH = line({
  direction: "in",
  packet: "publish",
  bytes: 30,
  qos: 1,
  packetId: 7,
  topic: "a/b",
  payloadBytes: 4,
});
const PUBACK = line({ direction: "out", packet: "puback", bytes: 4, packetId: 7, reason: "0x87" });
const SUBACK = line({ direction: "out", packet: "suback", bytes: 6, reasons: ["0x00", "0x02", "0x8f"] });
const PING = line({ direction: "in", packet: "pingreq", bytes: 2 });

test("a line of what is no packet, and one that is none", () => {
  expect(line({ event: "on", connections: 1 })).toMatchObject({ name: "on", direction: undefined, bytes: null });
  expect(lineOf(1, "{")).toBeNull();
});
test("reasons in the words of the standard", () => {
  expect(reasonsOf(PUBACK)).toBe("0x87 Not authorized");
  expect(reasonsOf(SUBACK)).toBe("0x00 Granted QoS 0, 0x02 Granted QoS 2, 0x8f Topic Filter invalid");
  expect(reasonsOf(line({ packet: "disconnect", reason: "0x00" }))).toBe("0x00 Normal disconnection");
  expect([PUBLISH, PUBACK, SUBACK].map(isBad)).toEqual([false, true, true]);
});
test("what it is about", () => {
  expect(aboutOf(PUBLISH)).toBe("a/b · QoS 1 · #7 · 4 B");
  expect(aboutOf(line({ packet: "subscribe", packetId: 1, filters: [{ filter: "x/#", qos: 1 }] }))).toBe("x/# · #1");
});
test.each([
  ["", false, [true, true, false]],
  ["", true, [true, true, true]],
  ["a/b", true, [true, false, false]],
  ["not auth", true, [false, true, false]],
] as const)("%j, pings %p: %p", (text, pings, shown) =>
  expect([PUBLISH, PUBACK, PING].map((one) => isShown(one, text, pings))).toEqual([...shown]),
);
test("as a file", () =>
  expect(fileOf([PUBACK])).toBe(
    '2026-03-01T12:00:00Z ← PUBACK 4 B 0x87 Not authorized {"packetId":7,"reason":"0x87"}\n',
  ));
