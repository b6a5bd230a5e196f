import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { PublishPacket, Version } from "../../src/codec/index.ts";
import { payloadText, type Wish } from "../run/raw.ts";
import type { TestServer } from "../run/server.ts";
import { type Peer, Peers, startGeneral } from "./general.ts";

// Sessions that go on: with what is in flight, on another version, with other limits. More of them: 06-sessions.

let server: TestServer;
beforeAll(async () => {
  server = await startGeneral();
});
afterAll(() => server.remove());

const peers = new Peers(() => server.ports.mqtt);
let last = 0;
const fresh = (): string => `23/${++last}`;
const connect = (clientId: string, wish: Wish = {}): Promise<Peer> => peers.connect({ clientId, ...wish });
afterEach(() => peers.reset());
const stays = (version: Version, more: NonNullable<Wish["properties"]> = {}): Wish => ({
  version,
  cleanStart: false,
  ...(version === 5 ? { properties: { sessionExpiryInterval: 1000, ...more } } : {}),
});
/** The next `count` deliveries. */
async function deliveries(peer: Peer, count: number): Promise<PublishPacket[]> {
  while (peer.messages.length < count) await peer.wait("publish");
  return peer.messages.splice(0);
}

describe.each([4, 5] as const)("23: version %p", (version) => {
  test("what is in flight comes again in its order with its identifiers, then what is new, QoS 1 and 2 mixed [MQTT-4.4.0-1] [MQTT-4.6.0-1] [MQTT-4.6.0-5] [MQTT-3.3.1-1]", async () => {
    const [top, id] = [fresh(), `flight${version}`];
    const peer = await connect(id, stays(version));
    await peer.subscribe(`${top}/#`);
    peer.silent = true;
    const other = await connect("other");
    for (let n = 0; n < 6; n++) await other.publish(`${top}/${n % 2}`, `${n}`, { qos: n % 2 === 0 ? 1 : 2 });
    const before = await deliveries(peer, 6);
    peer.raw.reset();
    await peer.raw.closed;
    for (let n = 6; n < 9; n++) await other.publish(`${top}/new`, `${n}`, { qos: 1 });
    const back = await connect(id, stays(version));
    const got = await deliveries(back, 9);
    expect(got.map(payloadText)).toEqual(Array.from({ length: 9 }, (_, n) => `${n}`));
    for (const [n, { packetId, dup, qos }] of got.entries())
      if (n < 6) expect([packetId, dup, qos]).toEqual([before[n]?.packetId, true, n % 2 === 0 ? 1 : 2]);
      else expect(dup).toBe(false);
    expect(await back.quiet()).toEqual([]);
  });
  test("a takeover hands all of it to the new connection [MQTT-3.1.4-3] [MQTT-4.1.0-1]", async () => {
    const [top, id] = [fresh(), `taken${version}`];
    const first = await connect(id, stays(version));
    await first.subscribe(top);
    first.silent = true;
    await first.publish(top, "1", { qos: 2 });
    await deliveries(first, 1);
    first.raw.publish(top, "mine", { qos: 2, packetId: 99 });
    await first.wait("pubrec");
    const second = await connect(id, stays(version));
    expect(second.connack?.sessionPresent).toBe(true);
    await first.raw.ended();
    // its QoS 2 publish that was not released is known [MQTT-4.3.3-10]
    second.raw.publish(top, "mine", { qos: 2, packetId: 99, dup: true });
    await second.wait("pubrec");
    second.raw.send({ type: "pubrel", packetId: 99, reasonCode: 0 });
    await second.wait("pubcomp");
    const got = await deliveries(second, 2);
    expect(got.map((p) => payloadText(p))).toEqual(["1", "mine"]);
    expect(got[0]?.dup).toBe(true);
    expect(await second.quiet()).toEqual([]);
  });
  test("a thousand messages for the absent, one more window for each answer, across restarts [MQTT-3.1.2-23] [MQTT-4.5.0-1]", async () => {
    const [top, id] = [fresh(), `many${version}`];
    const first = await connect(id, stays(version));
    await first.subscribe(top);
    await first.leave();
    const other = await connect("other");
    for (let n = 0; n < 1000; n++) other.raw.publish(top, `${n}`, { qos: 1, packetId: (n % 500) + 1 });
    for (let n = 0; n < 1000; n++) await other.wait("puback");
    await other.leave();
    await server.kill9();
    await server.restart();
    const back = await connect(id, stays(version, { receiveMaximum: 7 }));
    const got = await deliveries(back, 300);
    back.raw.reset();
    await back.raw.closed;
    await server.restart();
    const end = await connect(id, stays(version));
    const rest = await end.hear(1);
    while (!rest.at(-1)?.includes(" 999 ")) rest.push(...(await end.hear(1)));
    const numbers = [...got.map((p) => Number(payloadText(p))), ...rest.map((text) => Number(text.split(" ")[1]))];
    // in order; what was under way when the connection broke may be twice at QoS 1
    expect(new Set(numbers).size).toBe(1000);
    expect([...new Set(numbers)]).toEqual(Array.from({ length: 1000 }, (_, n) => n));
    expect(numbers.length).toBeLessThanOrEqual(1000 + 300);
  });
});

test("23: a session goes on in another version of MQTT, with what waited for it", async () => {
  const top = fresh();
  const first = await connect("changes", stays(4));
  await first.subscribe(top);
  await first.leave();
  const other = await connect("other");
  await other.publish(top, "five", { qos: 2, properties: { contentType: "text/plain" } });
  const five = await connect("changes", stays(5));
  expect(five.connack?.sessionPresent).toBe(true);
  expect((await deliveries(five, 1))[0]?.properties?.contentType).toBe("text/plain");
  await five.quiet();
  await five.leave();
  await other.publish(top, "four", { qos: 2, properties: { contentType: "text/plain" } });
  for (const version of [4, 3] as const) {
    const back = await connect("changes", stays(version));
    if (version === 4) expect(await back.hear(1)).toEqual([`${top} four 2`]);
    expect(await back.quiet()).toEqual([]);
    await back.leave();
  }
});
test("23: a smaller Receive Maximum holds for what comes again, too [MQTT-3.3.4-9]", async () => {
  const top = fresh();
  const first = await connect("narrow", stays(5, { receiveMaximum: 10 }));
  await first.subscribe(top, { qos: 1 });
  first.silent = true;
  for (let n = 0; n < 10; n++) await first.publish(top, `${n}`, { qos: 1 });
  await deliveries(first, 10);
  first.raw.reset();
  await first.raw.closed;
  const back = await connect("narrow", stays(5, { receiveMaximum: 3 }));
  back.silent = true;
  const three = await deliveries(back, 3);
  expect(await back.quiet()).toEqual([]);
  for (const { packetId = 0 } of three) back.raw.send({ type: "puback", packetId, reasonCode: 0 });
  expect((await deliveries(back, 3)).map((p) => [payloadText(p), p.dup])).toEqual(
    ["3", "4", "5"].map((n) => [n, true]),
  );
});
test("23: the same identifier with a clean start has forgotten everything: queue, flight, identifiers, subscriptions [MQTT-3.1.2-4] [MQTT-4.3.3-12]", async () => {
  const top = fresh();
  const first = await connect("forgets", stays(5));
  await first.subscribe(top);
  first.silent = true;
  await first.publish(top, "1", { qos: 2 });
  await deliveries(first, 1);
  first.raw.publish(`${top}/x`, "held", { qos: 2, packetId: 50 });
  await first.wait("pubrec");
  first.raw.reset();
  await first.raw.closed;
  const other = await connect("other");
  await other.subscribe(`${top}/x`);
  await other.publish(top, "2", { qos: 1 });
  const clean = await connect("forgets", { cleanStart: true, properties: { sessionExpiryInterval: 1000 } });
  expect(clean.connack?.sessionPresent).toBe(false);
  expect(await clean.quiet()).toEqual([]);
  clean.raw.publish(`${top}/x`, "new", { qos: 2, packetId: 50, dup: true });
  await clean.wait("pubrec");
  expect(await other.hear(1)).toEqual([`${top}/x new 2`]);
});
