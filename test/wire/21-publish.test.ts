import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Packet } from "../../src/codec/index.ts";
import { Bytes, field, packet } from "../run/bytes.ts";
import { TOKENS } from "../run/fleet.ts";
import { payloadText, publishPacket, Raw, type Wish } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

const VERSIONS = [3, 4, 5] as const;
const login = (wish: Wish = {}) => Raw.login(server.ports.mqtt, { token: TOKENS.device, ...wish });
let devices = 0;
const device = () => `dev${devices++}`;
const noteOf = (id: string) => `dtck-pub/my-product/${id}/NOTE`;
/** What is stored of a device's notes, in the order of time. */
const notes = async (id: string) => (await server.history(TOKENS.device, id, "NOTE")).map(({ NOTE }) => NOTE);

/** A connection that was logged in and knows no MQTT from then on. */
async function open(version: 3 | 4 | 5): Promise<Bytes> {
  const wire = await Bytes.open(server.ports.mqtt);
  const name = version === 3 ? `${field("MQIsdp")} 03` : `${field("MQTT")} 0${version}`;
  const credentials = `${field(TOKENS.device)} ${field(TOKENS.device)}`;
  wire.send(packet("10", name, "c2 00 00", version === 5 ? "00" : "", field(`p${version}`), credentials));
  expect((await wire.next()).slice(6, 11)).toBe("00 00");
  return wire;
}

describe("21: a publish is answered as its QoS says", () => {
  test("nothing; PUBACK; PUBREC, and PUBCOMP for the PUBREL, with its identifier [MQTT-3.3.4-1] [MQTT-2.2.1-5] [MQTT-4.3.2-4] [MQTT-4.3.3-8] [MQTT-4.3.3-11]", async () => {
    for (const version of VERSIONS) {
      const wire = await open(version);
      const id = device();
      const props = version === 5 ? "00" : "";
      wire.send(packet("30", field(noteOf(id)), props, "30"), "c0 00");
      expect(await wire.next()).toBe("d0 00");
      wire.send(packet("32", field(noteOf(id)), "01 02", props, "31"));
      expect(await wire.next()).toBe("40 02 01 02");
      wire.send(packet("34", field(noteOf(id)), "ff ff", props, "32"));
      expect(await wire.next()).toBe("50 02 ff ff");
      wire.send("62 02 ff ff");
      expect(await wire.next()).toBe("70 02 ff ff");
      expect(await notes(id)).toEqual(["0", "1", "2"]);
      wire.close();
    }
  });
  test("QoS 1: after the PUBACK the identifier is a new message, also with DUP [MQTT-4.3.2-5]", async () => {
    for (const version of VERSIONS) {
      const raw = await login({ version });
      const id = device();
      for (const [n, dup] of [false, true, true].entries()) {
        raw.publish(noteOf(id), `${n}`, { qos: 1, packetId: 9, dup });
        expect((await raw.expect("puback")).packetId).toBe(9);
      }
      expect(await notes(id)).toEqual(["0", "1", "2"]);
      await raw.leave();
    }
  });
  test("QoS 2: the same until the PUBREL, a new message after the PUBCOMP [MQTT-4.3.3-10] [MQTT-4.3.3-12]", async () => {
    for (const version of VERSIONS) {
      const raw = await login({ version });
      const id = device();
      const publish = (text: string, dup: boolean) => raw.publish(noteOf(id), text, { qos: 2, packetId: 5, dup });
      publish("one", false);
      publish("one", true);
      publish("one", true);
      for (let n = 0; n < 3; n++) expect((await raw.expect("pubrec")).packetId).toBe(5);
      raw.send({ type: "pubrel", packetId: 5, reasonCode: 0 });
      await raw.expect("pubcomp");
      publish("two", true);
      await raw.expect("pubrec");
      expect(await notes(id)).toEqual(["one", "two"]);
      await raw.leave();
    }
  });
  test("QoS 2: a PUBREC that refuses frees the identifier [MQTT-4.3.3-9]", async () => {
    const raw = await login();
    const id = device();
    raw.publish(`dtck-pub/my-product/${id}/NO_SUCH`, "1", { qos: 2, packetId: 5 });
    expect((await raw.expect("pubrec")).reasonCode).toBe(0x90);
    raw.publish(noteOf(id), "new", { qos: 2, packetId: 5, dup: true });
    expect((await raw.expect("pubrec")).reasonCode).toBe(0);
    raw.send({ type: "pubrel", packetId: 5, reasonCode: 0 });
    expect((await raw.expect("pubcomp")).reasonCode).toBe(0);
    expect(await notes(id)).toEqual(["new"]);
    await raw.leave();
  });
  test("a PUBREL of an identifier that is not known: PUBCOMP, in v5 with 0x92 [MQTT-4.3.3-11] [MQTT-3.7.2-1]", async () => {
    for (const version of VERSIONS) {
      const wire = await open(version);
      wire.send("62 02 00 07");
      expect(await wire.next()).toBe(version === 5 ? "70 03 00 07 92" : "70 02 00 07");
      wire.close();
    }
  });
});

describe("21: a publish that is not as it must be ends the connection: DISCONNECT in v5, a close in v3", () => {
  const TOPIC = field(noteOf("dev0"));
  test.each<[string, (props: string) => string, string]>([
    ["QoS 3 [MQTT-3.3.1-4]", (props) => packet("36", TOPIC, "00 01", props, "78"), "81"],
    ["DUP at QoS 0 [MQTT-3.3.1-2]", (props) => packet("38", TOPIC, props, "78"), "81"],
    ["identifier 0 [MQTT-2.2.1-3]", (props) => packet("32", TOPIC, "00 00", props, "78"), "82"],
    ["no topic [MQTT-4.7.3-1]", (props) => packet("30", "00 00", props, "78"), "82"],
    ["a topic that is not UTF-8 [MQTT-3.3.2-1]", (props) => packet("30", "00 02 c3 28", props, "78"), "81"],
    ["a topic with U+0000 [MQTT-4.7.3-2]", (props) => packet("30", "00 02 61 00", props, "78"), "81"],
    ["a topic with + [MQTT-3.3.2-2]", (props) => packet("30", field("a/+"), props, "78"), "90"],
    ["a topic with # [MQTT-3.3.2-2]", (props) => packet("30", field("#"), props, "78"), "90"],
    ["PUBREL with flags 0 [MQTT-3.6.1-1]", () => "60 02 00 01", "81"],
    ["PUBACK with flags [MQTT-2.1.3-1]", () => "41 02 00 01", "81"],
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
    ["a Subscription Identifier [MQTT-3.3.4-6]", "02 0b 01", "82"],
    ["Topic Alias 0 [MQTT-3.3.2-8]", "03 23 00 00", "94"],
    ["a Topic Alias above the maximum [MQTT-3.3.2-9]", "03 23 00 41", "94"],
    ["a Response Topic with a wildcard [MQTT-3.3.2-14]", `04 08 ${field("#")}`, "82"],
    ["a Response Topic that is not UTF-8 [MQTT-3.3.2-13]", "04 08 00 01 ff", "81"],
    ["a Content Type that is not UTF-8 [MQTT-3.3.2-19]", "04 03 00 01 ff", "81"],
    ["a User Property that is not UTF-8 [MQTT-1.5.7-1]", `07 26 ${field("a")} 00 01 ff`, "81"],
    ["a Property Length of two bytes where one is enough [MQTT-1.5.5-1]", "80 00", "81"],
    ["Payload Format Indicator 2", "02 01 02", "82"],
  ])("v5: %s", async (_, props, reason) => {
    const wire = await open(5);
    wire.send(packet("30", TOPIC, props, "78"), "c0 00");
    expect(await wire.rest()).toMatch(new RegExp(`^e0 (?:[89a-f]. )?.. ${reason} `)); // of this table
  });
});

describe("21: what is delivered", () => {
  test("QoS 0 and 1: flags, identifier and properties as they must be, whatever the DUP of the publish [MQTT-4.3.1-1] [MQTT-4.3.2-2] [MQTT-3.3.1-3] [MQTT-2.2.1-2]", async () => {
    for (const version of [3, 4] as const)
      for (const qos of [0, 1] as const) {
        const wire = await open(version);
        const id = device();
        wire.send(packet("82", "00 01", field(`dtck/my-product/${id}/NOTE`), `0${qos}`));
        expect(await wire.next()).toBe(`90 03 00 01 0${qos}`);
        const other = await login({ clientId: "other" });
        other.publish(noteOf(id), "x", { qos: 1, packetId: 3, dup: true });
        const topic = field(`dtck/my-product/${id}/NOTE`);
        expect(await wire.next()).toBe(qos === 0 ? packet("30", topic, "78") : packet("32", topic, "00 01", "78"));
        await other.expect("puback");
        await other.leave();
        wire.close();
      }
  });
  test("identifiers of deliveries without their answer are not zero, and differ [MQTT-2.2.1-4] [MQTT-4.3.2-1] [MQTT-4.3.3-1] [MQTT-4.3.3-2]", async () => {
    const raw = await login();
    const ids = [device(), device()];
    for (const [n, id] of ids.entries()) await raw.subscribe(`dtck/my-product/${id}/NOTE`, n === 0 ? 1 : 2);
    const other = await login({ clientId: "other" });
    for (let n = 0; n < 20; n++) await other.record(noteOf(ids[n % 2] ?? ""), `${n}`);
    const seen = new Set<number>();
    for (let n = 0; n < 20; n++) {
      const delivery = await raw.expect("publish");
      expect([payloadText(delivery), delivery.qos, delivery.dup]).toEqual([`${n}`, n % 2 === 0 ? 1 : 2, false]);
      seen.add(delivery.packetId ?? 0);
    }
    expect(seen.size).toBe(20);
    expect(seen.has(0)).toBe(false);
    await Promise.all([raw.leave(), other.leave()]);
  });
  test("as many as the client's Receive Maximum; QoS 0 and all other packets go on; an answer makes room [MQTT-3.3.4-9] [MQTT-3.3.4-10] [MQTT-4.9.0-1] [MQTT-4.9.0-2] [MQTT-4.9.0-3]", async () => {
    for (const receiveMaximum of [1, 2, 5]) {
      const raw = await login({ properties: { receiveMaximum } });
      const [id, loose] = [device(), device()];
      await raw.subscribe(`dtck/my-product/${id}/NOTE`, 2);
      await raw.subscribe(`dtck/my-product/${loose}/NOTE`, 0);
      const other = await login({ clientId: "other" });
      for (let n = 0; n < 8; n++) await other.record(noteOf(id), `${n}`);
      await other.record(noteOf(loose), "loose");
      const first = await raw.drain(); // PINGREQ is answered
      const counted = first.filter((p) => p.type === "publish" && p.qos === 2).length;
      expect(counted).toBe(receiveMaximum);
      expect(first.some((p) => p.type === "publish" && payloadText(p) === "loose")).toBe(true);
      expect((await raw.subscribe("dtck-errors/#")).reasonCodes).toEqual([0]); // SUBSCRIBE, too
      expect(await raw.record(noteOf(id), "own")).toBe(0); // and PUBLISH
      // PUBREC alone gives no room, PUBCOMP does
      const [one] = first;
      if (one?.type !== "publish") throw new Error("no delivery");
      const packetId = one.packetId ?? 0;
      raw.send({ type: "pubrec", packetId, reasonCode: 0 });
      expect((await raw.drain()).map(({ type }) => type)).toEqual(["pubrel"]);
      raw.send({ type: "pubcomp", packetId, reasonCode: 0 });
      expect(payloadText(await raw.expect("publish"))).toBe(`${receiveMaximum}`);
      await Promise.all([raw.leave(), other.leave()]);
    }
  });
  test("a delivery that the client refuses is over: no PUBREL, no second time [MQTT-4.4.0-2] [MQTT-4.3.3-4]", async () => {
    const wish = { clientId: "refuses", cleanStart: false, properties: { sessionExpiryInterval: 100 } };
    const raw = await login(wish);
    const id = device();
    const other = await login({ clientId: "other" });
    for (const qos of [1, 2] as const) {
      await raw.subscribe(`dtck/my-product/${id}/NOTE`, qos);
      await other.record(noteOf(id), `refused ${qos}`);
      const { packetId = 0 } = await raw.expect("publish");
      raw.send({ type: qos === 1 ? "puback" : "pubrec", packetId, reasonCode: 0x97 });
      expect(await raw.drain()).toEqual([]);
    }
    raw.reset();
    const back = await login(wish);
    expect(await back.drain()).toEqual([]);
    await Promise.all([back.leave(), other.leave()]);
  });
  test("PUBREC for what is not in flight: PUBREL all the same, in v5 with 0x92 [MQTT-4.3.3-4] [MQTT-3.6.2-1]", async () => {
    for (const version of [4, 5] as const) {
      const wire = await open(version);
      wire.send("50 02 00 09");
      expect(await wire.next()).toBe(version === 5 ? "62 03 00 09 92" : "62 02 00 09");
      wire.close();
    }
  });
  test("what is too large for the client counts as delivered, at every QoS; the next one comes [MQTT-3.1.2-24] [MQTT-3.1.2-25]", async () => {
    for (const qos of [0, 1, 2] as const) {
      const raw = await login({ properties: { maximumPacketSize: 200, receiveMaximum: 1, sessionExpiryInterval: 9 } });
      const id = device();
      await raw.subscribe(`dtck/my-product/${id}/NOTE`, qos);
      const other = await login({ clientId: "other" });
      for (const text of ["x".repeat(200), "small", "y".repeat(200), "last"]) await other.record(noteOf(id), text);
      for (const wanted of ["small", "last"]) {
        const delivery = await raw.expect("publish");
        expect(payloadText(delivery)).toBe(wanted);
        const packetId = delivery.packetId ?? 0;
        if (qos === 1) raw.send({ type: "puback", packetId, reasonCode: 0 });
        if (qos < 2) continue;
        raw.send({ type: "pubrec", packetId, reasonCode: 0 });
        await raw.expect("pubrel");
        raw.send({ type: "pubcomp", packetId, reasonCode: 0 });
      }
      expect(await raw.drain()).toEqual([]);
      await Promise.all([raw.leave(), other.leave()]);
    }
  });
  test("User Properties explain on PUBLISH alone where Request Problem Information is 0 [MQTT-3.1.2-29]", async () => {
    const raw = await login({ properties: { requestProblemInformation: false } });
    const id = device();
    await raw.subscribe(["dtck-errors/#", "not/allowed", `dtck/my-product/${id}/NOTE`, `dtck/my-product/${id}/*`]);
    raw.send(
      publishPacket(noteOf(id), "1", { qos: 1, packetId: 1 }),
      publishPacket("not/allowed", "1", { qos: 1, packetId: 2 }),
      publishPacket("not/allowed", "1", { qos: 2, packetId: 3 }),
      { type: "pubrel", packetId: 4, reasonCode: 0 },
      { type: "pubrec", packetId: 5, reasonCode: 0 },
      { type: "subscribe", packetId: 6, subscriptions: [{ filter: "x/#/y", ...NONE }] },
      { type: "unsubscribe", packetId: 7, filters: ["nothing"] },
    );
    const seen: Packet[] = [];
    while (seen.at(-1)?.type !== "unsuback") seen.push(await raw.next()); // answers come in their order
    const types = new Set(seen.map(({ type }) => type));
    expect(types).toEqual(new Set(["puback", "pubrec", "pubcomp", "pubrel", "suback", "unsuback", "publish"]));
    for (const one of seen) {
      const { properties = {} } = one as { properties?: object };
      if (one.type === "publish") continue;
      expect(properties).not.toHaveProperty("reasonString");
      expect(properties).not.toHaveProperty("userProperties");
    }
    await raw.leave();
  });
});

const NONE = { qos: 0 as const, noLocal: false, retainAsPublished: false, retainHandling: 0 as const };
