import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Packet, SubscribeProperties, Subscription } from "../../src/codec/index.ts";
import { Bytes, field, packet } from "../run/bytes.ts";
import { TOKENS } from "../run/fleet.ts";
import { payloadText, Raw, type Wish } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

const VERSIONS = [3, 4, 5] as const;
const login = (wish: Wish = {}) => Raw.login(server.ports.mqtt, { token: TOKENS.device, ...wish });
let devices = 100;
const device = () => `dev${devices++}`;
const filterOf = (id: string) => `dtck/my-product/${id}/NOTE`;
const noteOf = (id: string) => `dtck-pub/my-product/${id}/NOTE`;
const OPTIONS = { qos: 0 as const, noLocal: false, retainAsPublished: false, retainHandling: 0 as const };
const wish = (filter: string, more: Partial<Subscription> = {}): Subscription => ({ filter, ...OPTIONS, ...more });
function subscribe(raw: Raw, list: readonly Subscription[], properties?: SubscribeProperties) {
  raw.send({ type: "subscribe", packetId: 77, subscriptions: [...list], ...(properties && { properties }) });
  return raw.expect("suback");
}
/** Publishes with a client of its own; what the other one then gets. */
async function hears(raw: Raw, id: string, text: string): Promise<string[]> {
  const other = await login();
  await other.record(noteOf(id), text);
  await other.leave();
  const publishes = (await raw.drain()).filter((p) => p.type === "publish");
  return publishes.map((p) => `${payloadText(p)}/${p.qos}`);
}
/** A connection that was logged in (in v5 without Reason Strings) and knows no MQTT from then on. */
async function open(version: 3 | 4 | 5): Promise<Bytes> {
  const wire = await Bytes.open(server.ports.mqtt);
  const name = version === 3 ? `${field("MQIsdp")} 03` : `${field("MQTT")} 0${version}`;
  const credentials = `${field(TOKENS.device)} ${field(TOKENS.device)}`;
  wire.send(packet("10", name, "c2 00 00", version === 5 ? "02 17 00" : "", field(`s${version}`), credentials));
  expect((await wire.next()).slice(6, 11)).toBe("00 00");
  return wire;
}

describe("22: SUBACK and UNSUBACK", () => {
  test("bear the identifier, and a code for each filter in its order [MQTT-3.8.4-1] [MQTT-3.8.4-2] [MQTT-2.2.1-6] [MQTT-3.8.4-5] [MQTT-3.8.4-6] [MQTT-3.8.4-7] [MQTT-3.9.3-1]", async () => {
    for (const [version, answer] of [
      [3, "90 06 12 34 00 01 02 00"], // 3.1 has no refusal
      [4, "90 06 12 34 00 01 02 80"],
      [5, "90 07 12 34 00 00 01 02 87"],
    ] as const) {
      const wire = await open(version);
      const filters = ["dtck/#", "dtck/+/+/+", "#"].map((filter, qos) => `${field(filter)} 0${qos}`);
      wire.send(packet("82", "12 34", version === 5 ? "00" : "", ...filters, field("no/such"), "00"));
      expect(await wire.next()).toBe(answer);
      wire.close();
    }
  });
  test("UNSUBACK answers every UNSUBSCRIBE once, also of what is not there [MQTT-3.10.4-4] [MQTT-3.10.4-5] [MQTT-3.10.4-6] [MQTT-3.11.3-1] [MQTT-3.11.3-2]", async () => {
    for (const version of VERSIONS) {
      const wire = await open(version);
      const props = version === 5 ? "00" : "";
      wire.send(packet("82", "00 01", props, field("dtck/#"), "00"));
      await wire.next();
      wire.send(packet("a2", "ab cd", props, field("dtck/+"), field("dtck/#"), field("dtck/#")));
      expect(await wire.next()).toBe(version === 5 ? "b0 06 ab cd 00 11 00 11" : "b0 02 ab cd");
      wire.close();
    }
  });
  test("a granted QoS is what was asked for, and deliveries have it [MQTT-3.8.4-7] [MQTT-3.8.4-8] [MQTT-3.2.2-10]", async () => {
    for (const version of VERSIONS)
      for (const qos of [0, 1, 2] as const) {
        const raw = await login({ version });
        const id = device();
        expect((await raw.subscribe(filterOf(id), qos)).reasonCodes).toEqual([qos]);
        expect(await hears(raw, id, "x")).toEqual([`x/${qos}`]);
        await raw.leave();
      }
  });
});

describe("22: what is not as it must be ends the connection", () => {
  const F = field("a");
  test.each<[string, (props: string) => string, string]>([
    ["SUBSCRIBE with flags 0 [MQTT-3.8.1-1]", (props) => packet("80", "00 01", props, F, "00"), "81"],
    ["SUBSCRIBE with flags 3 [MQTT-3.8.1-1]", (props) => packet("83", "00 01", props, F, "00"), "81"],
    ["UNSUBSCRIBE with flags 0 [MQTT-3.10.1-1]", (props) => packet("a0", "00 01", props, F), "81"],
    ["SUBSCRIBE without a filter [MQTT-3.8.3-2]", (props) => packet("82", "00 01", props), "82"],
    ["UNSUBSCRIBE without a filter [MQTT-3.10.3-2]", (props) => packet("a2", "00 01", props), "82"],
    ["SUBSCRIBE with identifier 0 [MQTT-2.2.1-3]", (props) => packet("82", "00 00", props, F, "00"), "82"],
    ["a filter that is not UTF-8 [MQTT-3.8.3-1]", (props) => packet("82", "00 01", props, "00 01 ff 00"), "81"],
    ["a filter to unsubscribe likewise [MQTT-3.10.3-1]", (props) => packet("a2", "00 01", props, "00 01 ff"), "81"],
    ["a filter with U+0000 [MQTT-4.7.3-2]", (props) => packet("82", "00 01", props, "00 01 00 00"), "81"],
    ["an empty filter [MQTT-4.7.3-1]", (props) => packet("82", "00 01", props, "00 00 00"), "81"],
    ["QoS 3 [MQTT3-3.8.3-4]", (props) => packet("82", "00 01", props, F, "03"), "8[12]"],
    ["reserved bits [MQTT-3.8.3-5] [MQTT3-3.8.3-4]", (props) => packet("82", "00 01", props, F, "40"), "81"],
  ])("%s", async (_, sent, reason) => {
    for (const version of VERSIONS) {
      const wire = await open(version);
      wire.send(sent(version === 5 ? "00" : ""), "c0 00");
      const rest = await wire.rest();
      if (version === 5)
        expect(rest).toMatch(new RegExp(`^e0 .. ${reason} `)); // of this table
      else expect(rest).toBe("");
    }
  });
  test.each<[string, string, string]>([
    ["No Local on a shared subscription [MQTT-3.8.3-4]", packet("82", "00 01 00", field("$share/g/a"), "04"), "82"],
    ["Retain Handling 3", packet("82", "00 01 00", F, "30"), "82"],
    ["Subscription Identifier 0", packet("82", "00 01", "02 0b 00", F, "00"), "82"],
    ["two Subscription Identifiers", packet("82", "00 01", "04 0b 01 0b 02", F, "00"), "82"],
  ])("v5: %s", async (_, sent, reason) => {
    const wire = await open(5);
    wire.send(sent, "c0 00");
    expect(await wire.rest()).toMatch(new RegExp(`^e0 .. ${reason} `)); // of this table
  });
  test.each([
    "a#",
    "#/a",
    "a/#/b",
    "a+",
    "+a",
    "a/b+/c",
    "$share/g",
    "$share//a",
    "$share/+/a",
    "$share/g+/a",
    "$share/g/",
  ])(
    "%s is no filter: refused with 0x8F, and the connection goes on [MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.8.2-1] [MQTT-4.8.2-2] [MQTT-3.9.3-2]",
    async (filter) => {
      const raw = await login();
      expect((await subscribe(raw, [wish(filter), wish("dtck/#")])).reasonCodes).toEqual([0x8f, 0]);
      const old = await login({ version: 4 });
      expect((await old.subscribe([filter, "dtck/#"])).reasonCodes).toEqual([0x80, 0]);
      await Promise.all([raw.leave(), old.leave()]);
    },
  );
});

describe("22: the same filter again, and others that overlap", () => {
  test("it replaces the subscription: QoS and identifier are the new ones, and there is one copy [MQTT-3.8.4-3] [MQTT-3.8.4-5]", async () => {
    for (const version of VERSIONS) {
      const raw = await login({ version });
      const id = device();
      await raw.subscribe([filterOf(id), filterOf(id)], 2);
      await raw.subscribe(filterOf(id), 1);
      expect(await hears(raw, id, "one")).toEqual(["one/1"]);
      raw.send({ type: "unsubscribe", packetId: 5, filters: [filterOf(id)] });
      await raw.expect("unsuback");
      expect(await hears(raw, id, "none")).toEqual([]);
      await raw.leave();
    }
    const raw = await login();
    const id = device();
    for (const subscriptionIdentifier of [1, 2]) await subscribe(raw, [wish(filterOf(id))], { subscriptionIdentifier });
    await subscribe(raw, [wish("dtck/my-product/+/NOTE", { qos: 1 })], { subscriptionIdentifier: 268_435_455 });
    const other = await login();
    await other.record(noteOf(id), "x");
    const { properties, qos } = await raw.expect("publish");
    expect(qos).toBe(1); // the highest [MQTT-3.3.4-2]
    expect(properties?.subscriptionIdentifiers?.toSorted()).toEqual([2, 268_435_455]);
    expect(await raw.drain()).toEqual([]);
    await Promise.all([raw.leave(), other.leave()]);
  });
  test("no message is lost while it is replaced, and what is retained comes again [MQTT-3.8.4-4]", async () => {
    const raw = await login();
    const id = device();
    await raw.record("dtck-pub/kept/box2/DOOR", "on");
    const filters = [wish(filterOf(id), { qos: 1 }), wish("dtck/kept/box2/DOOR", { qos: 1 })];
    await subscribe(raw, filters);
    const other = await login();
    const publishing = (async () => {
      for (let n = 0; n < 50; n++) await other.record(noteOf(id), `${n}`);
    })();
    const seen: Packet[] = [];
    const sequence: string[] = [];
    for (let n = 0; n < 20; n++) raw.send({ type: "subscribe", packetId: 1 + n, subscriptions: filters });
    while (sequence.filter((text) => text !== "True").length < 50 || seen.length < 20) {
      const one = await raw.next();
      if (one.type === "suback") seen.push(one);
      if (one.type !== "publish") continue;
      sequence.push(payloadText(one));
      raw.send({ type: "puback", packetId: one.packetId ?? 0, reasonCode: 0 });
    }
    await publishing;
    expect(sequence.filter((text) => text !== "True")).toEqual(Array.from({ length: 50 }, (_, n) => `${n}`));
    expect(sequence.includes("True")).toBe(true);
    await Promise.all([raw.leave(), other.leave()]);
  });
  test("unsubscribing takes away exactly that filter; what is in flight is completed [MQTT-3.10.4-1] [MQTT-3.10.4-2] [MQTT-3.10.4-3]", async () => {
    const raw = await login();
    const id = device();
    await raw.subscribe([filterOf(id), `dtck/my-product/${id}/+`], 2);
    const other = await login();
    await other.record(noteOf(id), "1");
    const { packetId = 0 } = await raw.expect("publish");
    const unsubscribe = (...filters: string[]) => raw.send({ type: "unsubscribe", packetId: 9, filters });
    unsubscribe(`dtck/my-product/${id}/#`, `dtck/my-product/${id}/note`, filterOf(id));
    expect((await raw.expect("unsuback")).reasonCodes).toEqual([0x11, 0x11, 0]);
    expect(await hears(raw, id, "2")).toEqual(["2/2"]);
    unsubscribe(`dtck/my-product/${id}/+`);
    expect((await raw.expect("unsuback")).reasonCodes).toEqual([0]);
    expect(await hears(raw, id, "3")).toEqual([]);
    raw.send({ type: "pubrec", packetId, reasonCode: 0 });
    expect((await raw.expect("pubrel")).packetId).toBe(packetId);
    raw.send({ type: "pubcomp", packetId, reasonCode: 0 });
    await Promise.all([raw.leave(), other.leave()]);
  });
  test("what was begun is completed on the next connection, too, though it is unsubscribed by then [MQTT-3.10.4-3] [MQTT-4.4.0-1]", async () => {
    const session = { clientId: "begun", cleanStart: false, properties: { sessionExpiryInterval: 100 } };
    for (const qos of [1, 2] as const) {
      const raw = await login(session);
      const id = device();
      await raw.subscribe(filterOf(id), qos);
      const other = await login();
      await other.record(noteOf(id), "begun");
      const { packetId = 0 } = await raw.expect("publish");
      raw.send({ type: "unsubscribe", packetId: 9, filters: [filterOf(id)] });
      await raw.expect("unsuback");
      raw.reset();
      const back = await login(session);
      expect(await back.expect("publish")).toMatchObject({ packetId, dup: true, qos });
      if (qos === 1) back.send({ type: "puback", packetId, reasonCode: 0 });
      else {
        back.send({ type: "pubrec", packetId, reasonCode: 0 });
        await back.expect("pubrel");
        back.send({ type: "pubcomp", packetId, reasonCode: 0 });
      }
      expect(await back.drain()).toEqual([]);
      await Promise.all([back.leave(), other.leave()]);
    }
  });
});

describe("22: matching", () => {
  test("wildcards in front do not match $SYS, which has a filter of its own [MQTT-4.7.2-1]", async () => {
    const raw = await login({ token: TOKENS.operator });
    await raw.subscribe(["#", "+/broker/#", "+/#"]);
    expect((await raw.drain()).filter((p) => p.type === "publish" && p.topic.startsWith("$"))).toEqual([]);
    await raw.subscribe("$SYS/#");
    expect((await raw.expect("publish")).topic).toStartWith("$SYS/");
    await raw.leave();
  });
  test("names are compared as they are: no Unicode form, case or separator is another's [MQTT-4.7.3-4] [MQTT-1.5.4-3]", async () => {
    const raw = await login();
    const id = device();
    // the case of FIELD is the platform's one exception
    const others = [`dtck/My-product/${id}/NOTE`, `dtck/my-product/${id}/NOTE/`, `/dtck/my-product/${id}/NOTE`];
    await raw.subscribe([...others, `dtck/my-product/${id.toUpperCase()}/NOTE`, `\ufeffdtck/my-product/${id}/NOTE`]);
    expect(await hears(raw, id, "x")).toEqual([]);
    await raw.leave();
  });
  test("the topic of a delivery matches the filter [MQTT-3.3.2-3]", async () => {
    const raw = await login();
    const id = device();
    for (const filter of [filterOf(id), `dtck/+/${id}/+`, `dtck/my-product/${id}/#`, `+/my-product/${id}/NOTE`]) {
      await raw.subscribe(filter);
      const other = await login();
      await other.record(noteOf(id), "x");
      expect((await raw.expect("publish")).topic).toBe(filterOf(id));
      raw.send({ type: "unsubscribe", packetId: 9, filters: [filter] });
      await raw.expect("unsuback");
      await other.leave();
    }
    await raw.leave();
  });
});
