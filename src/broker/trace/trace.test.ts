import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { encode } from "../../codec/index.ts";
import { arbitraryPacket } from "../../codec/packets.testing.ts";
import { connectOf, type FakeWire, OTHER, publishOf, Rig, TOKEN, willOf } from "../rig.testing.ts";
import type { TraceWish } from "../types.ts";
import { factsOf, seePacket } from "./packets.ts";
import type { Trace } from "./trace.ts";

type Line = Record<string, unknown>;
const subscribe = (...filters: string[]) => ({
  type: "subscribe" as const,
  packetId: 3,
  subscriptions: filters.map((filter) => ({
    filter,
    qos: 1 as const,
    noLocal: false,
    retainAsPublished: false,
    retainHandling: 0 as const,
  })),
});

function start(rig: Rig, wish: Partial<TraceWish>, seconds = 60): Trace {
  return rig.broker.tracing.start({ payload: false, ...wish }, seconds * 1e6);
}
/** What waits, parsed. */
async function read(trace: Trace): Promise<Line[]> {
  trace.tell(0, { event: "mark" }); // so that reading never waits
  const text = (await trace.next()) ?? "";
  const lines = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line); // we wrote it
  return lines.filter(({ event }) => event !== "mark");
}
/** As words: `in publish`, `out puback`, `end`. */
async function words(trace: Trace): Promise<string[]> {
  return (await read(trace)).map((l) => (l.packet === undefined ? String(l.event) : `${l.direction} ${l.packet}`));
}
const login = (wire: FakeWire, clientId: string, token = TOKEN) => wire.send(connectOf({ clientId, token }));

describe("whom it sees", () => {
  test("a client by its identifier, from its CONNECT to its end; nobody else", async () => {
    const rig = new Rig();
    const trace = start(rig, { client: "pump" });
    const [pump, other] = [rig.open(), rig.open()];
    login(pump, "pump");
    login(other, "other");
    await rig.settle();
    pump.send(subscribe("dtck/p/+/+"), publishOf("dtck-pub/p/d1/T", "5", { qos: 1, packetId: 4 }));
    other.send(publishOf("dtck-pub/p/d1/T", "6"));
    await rig.pass(1);
    pump.send({ type: "disconnect", reasonCode: 0 });
    await rig.settle();
    expect(await words(trace)).toEqual([
      "on",
      "in connect",
      "out connack",
      "in subscribe",
      "in publish",
      "out suback",
      "out puback",
      "out publish",
      "out publish",
      "in disconnect",
      "end",
    ]);
    expect(other.heard().length).toBe(1);
  });
  test("an account: packets before the login are shown once it is known who it is", async () => {
    const rig = new Rig();
    const trace = start(rig, { principal: "a:2" });
    const [mine, other] = [rig.open(), rig.open()];
    login(mine, "x", OTHER);
    login(other, "x");
    await rig.settle();
    const seen = await read(trace);
    expect(seen.map((l) => l.packet)).toEqual([undefined, "connect", "connack"]);
    expect(seen[1]).toMatchObject({ client: "x", principal: "a:2", remote: "192.0.2.1" });
  });
  test("an address, also when the login is refused", async () => {
    const rig = new Rig();
    const trace = start(rig, { remote: "192.0.2.2" });
    login(rig.open(), "a");
    login(rig.open(), "b", "f".repeat(40));
    await rig.pass(10);
    const seen = await read(trace);
    expect(seen.map((l) => l.packet ?? l.event)).toEqual(["on", "connect", "connack", "end"]);
    expect(seen[2]).toMatchObject({ reason: "0x86", client: "b", principal: null });
    expect(seen[3]).toMatchObject({ why: "login refused: unknown_token" });
  });
  test("a client identifier that the server assigned", async () => {
    const rig = new Rig();
    const trace = start(rig, { client: "assigned-1" });
    login(rig.open(), "");
    await rig.settle();
    expect(await words(trace)).toEqual(["on", "in connect", "out connack"]);
  });
  test("a connection that is open already, in the middle of a packet of each direction", async () => {
    const rig = new Rig();
    const wire = await rig.login({ clientId: "c" });
    wire.send(subscribe("dtck/p/+/+"));
    await rig.settle();
    const bytes = encode(5, publishOf("dtck-pub/p/d1/T", "1", { qos: 1, packetId: 9 }));
    wire.room = 10;
    wire.listener?.data(encode(5, publishOf("dtck-pub/p/d1/T", "2", { qos: 1, packetId: 8 })));
    wire.listener?.data(bytes.subarray(0, 7));
    await rig.pass(1);
    const trace = start(rig, { client: "c" });
    wire.listener?.data(bytes.subarray(7));
    wire.room = Number.POSITIVE_INFINITY;
    wire.listener?.drained();
    await rig.pass(1);
    expect(await words(trace)).toEqual(["on", "in publish", "out puback", "out publish"]);
  });
  test("two traces of the same client do not disturb each other, and the tap goes with the last", async () => {
    const rig = new Rig();
    const wire = await rig.login({ clientId: "c" });
    const bare = start(rig, { client: "c" });
    const full = start(rig, { remote: "192.0.2.1", payload: true });
    wire.send(publishOf("dtck-pub/p/d1/T", "22"));
    await rig.settle();
    expect((await read(bare)).at(-1)?.payload).toBeUndefined();
    expect((await read(full)).at(-1)?.payload).toBe("22");
    const [connection] = rig.broker.connections;
    bare.end(0, null);
    expect(connection?.tap).not.toBeNull();
    full.end(0, null);
    expect(connection?.tap).toBeNull();
    expect(rig.metrics.traces).toBe(0);
  });
  test("while no trace is on, or it is of others, there is no tap", async () => {
    const rig = new Rig();
    await rig.login({ clientId: "c" });
    const taps = () => [...rig.broker.connections].filter(({ tap }) => tap !== null).length;
    expect(taps()).toBe(0);
    start(rig, { client: "other" });
    expect(taps()).toBe(0);
    await rig.login({ clientId: "d" });
    expect(taps()).toBe(0);
    await rig.login({ clientId: "other" });
    expect(taps()).toBe(1);
  });
});

describe("its time and its bounds", () => {
  test("it ends by itself, and the reader is told", async () => {
    const rig = new Rig();
    const trace = start(rig, { client: "c" }, 5);
    await rig.pass(4);
    expect(rig.metrics.traces).toBe(1);
    await rig.pass(2);
    expect(rig.metrics.traces).toBe(0);
    expect(await trace.next()).toContain('"event":"off","why":"its time is over"');
    expect(await trace.next()).toBeNull();
  });
  test("a stop of the server ends it, after the DISCONNECT", async () => {
    const rig = new Rig();
    await rig.login({ clientId: "c" });
    const trace = start(rig, { client: "c" });
    const stopped = rig.broker.stop();
    await rig.settle();
    await stopped;
    const text = (await trace.next()) ?? "";
    expect(text).toMatch(/"packet":"disconnect".*\n.*"event":"end".*\n.*"why":"the server stops"/);
    expect(await trace.next()).toBeNull();
  });
  test("there are at most eight", () => {
    const rig = new Rig();
    for (let i = 0; i < 8; i++) start(rig, { client: "c" });
    expect(() => start(rig, { client: "c" })).toThrow("There are 8 traces already");
  });
  test("a reader who is too slow loses lines, and is told how many; the client is served as ever", async () => {
    const rig = new Rig();
    const wire = await rig.login({ clientId: "c" });
    const trace = start(rig, { client: "c" });
    for (let i = 0; i < 50; i++) wire.send(...Array.from({ length: 100 }, () => ({ type: "pingreq" as const })));
    await rig.settle();
    expect(wire.got()).toHaveLength(5000);
    expect(rig.metrics.traceLinesLost).toBe(10_001 - 2000);
    const text = (await trace.next()) ?? "";
    expect(text.split("\n")).toHaveLength(2001);
    wire.send({ type: "pingreq" });
    expect((await read(trace)).slice(0, 2)).toMatchObject([{ event: "lost", lines: 8001 }, { packet: "pingreq" }]);
  });
  test("reading waits for the next line", async () => {
    const rig = new Rig();
    const wire = await rig.login({ clientId: "c" });
    const trace = start(rig, { client: "c" });
    await trace.next();
    const waiting = trace.next();
    wire.send({ type: "pingreq" });
    expect(await waiting).toContain('"packet":"pingreq"');
  });
});

describe("what it shows", () => {
  test("packets decoded; why a publish was refused", async () => {
    const rig = new Rig();
    const wire = await rig.login({ clientId: "c" });
    const trace = start(rig, { client: "c" });
    wire.send(
      publishOf("dtck-pub/p/d1/T", "warm", { qos: 1, packetId: 7, properties: { userProperties: [["a", "b"]] } }),
    );
    await rig.settle();
    const [, publish, refused, puback] = await read(trace);
    expect(publish).toMatchObject({
      direction: "in",
      packet: "publish",
      qos: 1,
      packetId: 7,
      topic: "dtck-pub/p/d1/T",
      payloadBytes: 4,
      properties: { userProperties: 1 },
    });
    expect(refused).toMatchObject({ event: "refused", code: "invalid_value" });
    expect(puback).toMatchObject({ direction: "out", packet: "puback", packetId: 7, reason: "0x99" });
    expect(JSON.stringify([publish, refused])).not.toContain("warm");
  });
  test("bytes that break the protocol, and the end that follows", async () => {
    const rig = new Rig();
    const wire = await rig.login({ clientId: "c" });
    const trace = start(rig, { client: "c" });
    wire.listener?.data(Uint8Array.of(0xc1, 0));
    expect(await read(trace)).toMatchObject([
      { event: "on" },
      { packet: "pingreq", malformed: "reserved flags are not as the standard says", reason: "0x81" },
      { packet: "disconnect", reason: "0x81" },
      { event: "end", why: "protocol error", reason: 0x81 },
    ]);
  });
  test("never a user name, a password, authentication data, or anything that looks like a token", async () => {
    const rig = new Rig();
    const trace = start(rig, { remote: "192.0.2.1", payload: true });
    const wire = rig.open();
    wire.send({
      ...connectOf({ clientId: TOKEN, will: willOf(TOKEN) }),
      userName: "hunter2",
      properties: { authenticationMethod: "m", authenticationData: new TextEncoder().encode("hunter2") },
    });
    await rig.pass(10);
    const text = JSON.stringify(await read(trace));
    expect(text).toContain('"userName":true,"password":true');
    for (const secret of [TOKEN, "hunter2", Buffer.from("hunter2").toString("base64")])
      expect(text).not.toContain(secret);
  });
  test("payloads only when asked for: text as text, other bytes as base64, of large ones the beginning", () => {
    const of = (payload: Uint8Array, show: boolean) => {
      const bytes = encode(5, { ...publishOf("t", ""), payload });
      const { packet } = seePacket(5, bytes, bytes.length);
      return packet === null ? null : factsOf(packet, show);
    };
    const utf8 = new TextEncoder();
    expect(of(utf8.encode("22.5"), false)).toEqual({ qos: 0, topic: "t", payloadBytes: 4 });
    expect(of(utf8.encode("22.5"), true)).toMatchObject({ payload: "22.5" });
    expect(of(utf8.encode("é".repeat(100)), true)).toMatchObject({ payload: "é".repeat(32), payloadBytes: 200 });
    expect(of(utf8.encode(`x${"é".repeat(100)}`), true)).toMatchObject({ payload: `x${"é".repeat(31)}` });
    expect(of(Uint8Array.of(0xff, 0), true)).toMatchObject({ payloadBase64: "/wA=" });
    const large = encode(5, publishOf("the/topic", "x".repeat(20_000), { qos: 1, packetId: 1 }));
    expect(seePacket(5, large.subarray(0, 8192), large.length)).toMatchObject({
      name: "publish",
      bytes: large.length,
      packet: null,
      facts: { topic: "the/topic", qos: 1, large: true },
    });
  });
  test("any packet, and any bytes, can be shown", () => {
    fc.assert(
      fc.property(arbitraryPacket(5), fc.boolean(), (packet, payload) => {
        const bytes = encode(5, packet);
        const seen = seePacket(5, bytes, bytes.length);
        expect(seen.name).toBe(packet.type);
        expect(() => JSON.stringify(seen.packet && factsOf(seen.packet, payload))).not.toThrow();
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.nat({ max: 100 }), (bytes, more) => {
        expect(() => JSON.stringify(seePacket(4, bytes, bytes.length + more).facts)).not.toThrow();
      }),
    );
  });
  test("a mistake in the tap ends the tap, not the connection", async () => {
    const rig = new Rig();
    const wire = await rig.login({ clientId: "c" });
    const trace = start(rig, { client: "c" });
    trace.tell = () => {
      throw new Error("oops");
    };
    wire.send({ type: "pingreq" });
    await rig.settle();
    expect(wire.heard()).toEqual(["pingresp"]);
    expect([...rig.broker.connections][0]?.tap).toBeNull();
    expect(rig.logged.filter(({ level }) => level === "error")).toHaveLength(1);
  });
});
