import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { login as mosquittoLogin, mosquittoPub, mosquittoSub } from "../run/clients.ts";
import type { PublishPacket } from "../../src/codec/index.ts";
import { TOKENS } from "../run/fleet.ts";
import { have } from "../run/have.ts";
import { payloadText, Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { property, publishRaw, subscribeRaw } from "./told.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

const client = (more: Parameters<typeof Raw.login>[1] = {}) =>
  Raw.login(server.ports.mqtt, { token: TOKENS.device, ...more });
const devices = (function* () {
  for (let n = 20; n < 1000; n++) yield `dev${n}`;
})();
const device = (): string => devices.next().value ?? "";
const steps = async (id: string) => (await server.history(TOKENS.device, id, "STEPS")).map(({ STEPS }) => STEPS);
const record = (id: string, body: unknown, batch = false) =>
  server.http(`/v1/devices/${id}/record/${batch ? "?batch=true" : ""}`, TOKENS.device, {
    method: "POST",
    body: JSON.stringify(body),
  });
/** The publishes that come before the answer to a PINGREQ: after a PUBACK, all there were until it. */
async function publishes(raw: Raw): Promise<PublishPacket[]> {
  return (await raw.drain()).filter((packet) => packet.type === "publish");
}

describe("6: acknowledged means stored", () => {
  test("6: what a PUBACK, PUBREC or HTTP 200 answered is in the history at once, and has reason 0", async () => {
    for (const version of [3, 4, 5] as const) {
      const raw = await client({ version, clientId: "ack" });
      const id = device();
      for (let n = 0; n < 5; n++) {
        expect(await raw.record(`dtck-pub/my-product/${id}/STEPS`, String(n))).toBe(0);
        expect((await steps(id)).at(-1)).toBe(n);
      }
      raw.publish(`dtck-pub/my-product/${id}/STEPS`, "50", { qos: 2, packetId: 900 });
      expect((await raw.expect("pubrec")).reasonCode).toBe(0);
      expect((await steps(id)).at(-1)).toBe(50);
      expect((await record(id, { field: "STEPS", value: 60 })).status).toBe(200);
      expect((await steps(id)).at(-1)).toBe(60);
      await raw.leave();
    }
  });
  test("6: acknowledgements leave in the order of arrival, refusals among them [MQTT-4.6.0-2] [MQTT-4.6.0-3]", async () => {
    const raw = await client();
    const ids: number[] = [];
    for (let n = 1; n <= 300; n++) {
      const qos = n % 3 === 0 ? 2 : 1;
      // every fifth is refused: its answer needs no commit, and waits for those before it all the same
      const payload = n % 5 === 0 ? "warm" : String(n);
      raw.publish("dtck-pub/my-product/dev1/STEPS", payload, { qos, packetId: n });
      ids.push(n);
    }
    const seen: number[] = [];
    for (const id of ids) {
      const packet = await raw.next();
      if (packet.type !== "puback" && packet.type !== "pubrec") throw new Error(packet.type);
      expect(packet.type).toBe(id % 3 === 0 ? "pubrec" : "puback");
      expect(packet.reasonCode).toBe(id % 5 === 0 ? 0x99 : 0);
      seen.push(packet.packetId);
    }
    expect(seen).toEqual(ids);
    await raw.leave();
  });
  test("6: QoS 2 is exactly once: a publish that is sent again is answered, not recorded again [MQTT-4.3.3-10]", async () => {
    const raw = await client({ clientId: "twice", properties: { sessionExpiryInterval: 100 } });
    const id = device();
    const topic = `dtck-pub/my-product/${id}/STEPS`;
    raw.publish(topic, "1", { qos: 2, packetId: 7 });
    await raw.expect("pubrec");
    raw.publish(topic, "1", { qos: 2, packetId: 7, dup: true });
    await raw.expect("pubrec");
    raw.reset();
    const back = await client({ clientId: "twice", cleanStart: false, properties: { sessionExpiryInterval: 100 } });
    back.publish(topic, "1", { qos: 2, packetId: 7, dup: true });
    await back.expect("pubrec");
    for (const reason of [0, 0x92]) {
      back.send({ type: "pubrel", packetId: 7, reasonCode: 0 });
      expect((await back.expect("pubcomp")).reasonCode).toBe(reason); // the second finds nothing
    }
    expect(await steps(id)).toEqual([1]);
    // the identifier is free: the next publish with it is another one
    back.publish(topic, "2", { qos: 2, packetId: 7 });
    await back.expect("pubrec");
    expect(await steps(id)).toEqual([1, 2]);
    await back.leave();
  });
});

describe("6: published means stored, in the order of the field's writes", () => {
  test("6: whoever hears a measurement finds it in the history", async () => {
    const raw = await client();
    const id = device();
    await raw.subscribe(`dtck/my-product/${id}/STEPS`);
    for (let n = 0; n < 10; n++) {
      raw.publish(`dtck-pub/my-product/${id}/STEPS`, String(n));
      await raw.heard(String(n));
      expect((await steps(id)).at(-1)).toBe(n);
    }
    await raw.leave();
  });
  test("6: one order for everybody, whatever the origin: MQTT at three QoS, batches and HTTP at once [MQTT-4.6.0-5] [MQTT-4.6.0-6]", async () => {
    const id = device();
    const watchers = await Promise.all([client(), client({ version: 4 }), client()]);
    for (const [qos, watcher] of watchers.entries())
      await watcher.subscribe(`dtck/my-product/${id}/STEPS`, qos as 0 | 1 | 2); // 0, 1, 2
    const origins = [0, 1, 2].map(async (qos) => {
      const raw = await client({ clientId: `order${qos}` });
      for (let n = 0; n < 50; n++) {
        const packet = qos > 0 ? { qos: qos as 1 | 2, packetId: n + 1 } : {};
        raw.publish(`dtck-pub/my-product/${id}/STEPS`, String(qos * 1000 + n), packet);
        if (n % 10 === 9) await raw.drain();
      }
      return raw;
    });
    const http = (async () => {
      for (let n = 0; n < 20; n++) {
        const value = 5000 + n * 2;
        if (n % 2 === 0) await record(id, { field: "STEPS", value });
        else
          await record(
            id,
            [
              { field: "STEPS", value },
              { field: "STEPS", value: value + 1 },
            ],
            true,
          );
      }
    })();
    await http;
    for (const raw of await Promise.all(origins)) await raw.leave();
    await record(id, { field: "STEPS", value: 9999 });
    const orders: number[][] = [];
    for (const watcher of watchers) {
      const order: number[] = [];
      while (order.at(-1) !== 9999) {
        const packet = await watcher.next();
        if (packet.type === "pubrel") {
          watcher.send({ type: "pubcomp", packetId: packet.packetId, reasonCode: 0 });
          continue;
        }
        if (packet.type !== "publish") throw new Error(packet.type);
        order.push(Number(payloadText(packet)));
        if (packet.qos === 1) watcher.send({ type: "puback", packetId: packet.packetId ?? 0, reasonCode: 0 });
        if (packet.qos === 2) watcher.send({ type: "pubrec", packetId: packet.packetId ?? 0, reasonCode: 0 });
      }
      orders.push(order);
    }
    const stored = await steps(id);
    expect(stored.length).toBe(50 * 3 + 30 + 1);
    for (const order of orders) expect(order).toEqual(stored as number[]);
    // and the writes of one origin keep their order
    const [order = []] = orders;
    for (const from of [0, 1000, 2000, 5000]) {
      const own = order.filter((n) => n >= from && n < from + 1000);
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
    for (const watcher of watchers) await watcher.leave();
  });
  test("6: every measurement that becomes current is published, also when its value is the same", async () => {
    const raw = await client();
    const id = device();
    await raw.subscribe(`dtck/my-product/${id}/STEPS`);
    for (let n = 0; n < 3; n++) raw.publish(`dtck-pub/my-product/${id}/STEPS`, "7");
    raw.publish(`dtck-pub/my-product/${id}/STEPS`, "8");
    expect((await raw.heard("8")).length).toBe(4);
    await raw.leave();
  });
});

describe("6: current and backfill", () => {
  const t = Math.floor(Date.now() / 1000) - 1000;
  const at = (seconds: number) => ({ userProperties: [["timestamp", String(seconds)]] as [string, string][] });

  test("6: an explicit time at or after the current one is published, an older one is stored only", async () => {
    const raw = await client();
    const id = device();
    const topic = `dtck-pub/my-product/${id}/STEPS`;
    await raw.subscribe(`dtck/my-product/${id}/STEPS`);
    const published: string[] = [];
    for (const [value, time] of [
      ["1", t],
      ["2", t + 10],
      ["3", t + 5], // backfill
      ["4", t + 10], // the same time: the last wins, and is current
      ["5", t + 20],
    ] as const) {
      const told = await publishRaw(raw, topic, value, at(time));
      expect(told.reason).toBe(0);
      published.push(...[...told.heard, ...(await publishes(raw))].map(payloadText));
    }
    expect(published).toEqual(["1", "2", "4", "5"]);
    expect(await steps(id)).toEqual([1, 3, 4, 5]);
    // an arrival becomes current, then everything explicit in the past is backfill, over HTTP as well
    await publishRaw(raw, topic, "6");
    await record(id, { field: "STEPS", value: 7, timestamp: t + 30 });
    expect((await publishes(raw)).map(payloadText).filter((p) => p !== "6")).toEqual([]);
    expect(await steps(id)).toEqual([1, 3, 4, 5, 7, 6]);
    const shown = (await (await server.http(`/v1/devices/${id}/`, TOKENS.device)).json()) as object;
    expect(JSON.stringify(shown)).toContain("6");
    await raw.leave();
  });
  test("6: an arrival always becomes current, also after a time that is ahead of the clock", async () => {
    const raw = await client();
    const id = device();
    await raw.subscribe(`dtck/my-product/${id}/STEPS`);
    await publishRaw(raw, `dtck-pub/my-product/${id}/STEPS`, "1", at(Math.floor(Date.now() / 1000) + 200));
    raw.publish(`dtck-pub/my-product/${id}/STEPS`, "2");
    expect((await raw.heard("2")).at(-1)).toEndWith(" 2");
    await raw.leave();
  });
  test("6: a product can publish its backfill, too", async () => {
    const raw = await client();
    await raw.subscribe("dtck/kept/box2/TEMPERATURE");
    const heard: string[] = [];
    for (const [value, time] of [
      ["1", t],
      ["2", t + 10],
      ["3", t + 5],
    ] as const) {
      const told = await publishRaw(raw, "dtck-pub/kept/box2/TEMPERATURE", value, at(time));
      const [packet = await raw.expect("publish")] = told.heard;
      heard.push(`${payloadText(packet)} ${Date.parse(property(packet, "timestamp") ?? "") / 1000 - t}`);
    }
    expect(heard).toEqual(["1 0", "2 10", "3 5"]);
    // what is current is the newest all the same
    const late = await client();
    await late.subscribe("dtck/kept/box2/TEMPERATURE");
    expect(payloadText(await late.expect("publish"))).toBe("2");
    await Promise.all([raw.leave(), late.leave()]);
  });
});

describe("6: deliveries", () => {
  test("6: the QoS of a delivery is the subscription's, whatever the publish's [MQTT-3.8.4-8]", async () => {
    for (const version of [3, 4, 5] as const)
      for (const qos of [0, 1, 2] as const) {
        const raw = await client({ version, clientId: "qos" });
        const id = device();
        expect((await raw.subscribe(`dtck/my-product/${id}/+`, qos)).reasonCodes).toEqual([qos]);
        const publisher = await client({ clientId: "pub" });
        for (const sent of [0, 1, 2] as const) {
          const packet = sent > 0 ? { qos: sent, packetId: sent } : {};
          publisher.publish(`dtck-pub/my-product/${id}/STEPS`, String(sent), packet);
          const heard = await raw.expect("publish");
          expect([payloadText(heard), heard.qos, heard.dup]).toEqual([String(sent), qos, false]);
          if (qos === 1) raw.send({ type: "puback", packetId: heard.packetId ?? 0, reasonCode: 0 });
          if (qos === 2) {
            raw.send({ type: "pubrec", packetId: heard.packetId ?? 0, reasonCode: 0 });
            expect((await raw.expect("pubrel")).packetId).toBe(heard.packetId ?? 0);
            raw.send({ type: "pubcomp", packetId: heard.packetId ?? 0, reasonCode: 0 });
          }
        }
        await Promise.all([raw.leave(), publisher.leave()]);
      }
  });
  test("6: overlapping subscriptions: one copy, highest QoS, all subscription identifiers [MQTT-3.3.4-2] [MQTT-3.3.4-3] [MQTT-3.3.4-4]", async () => {
    const raw = await client();
    const id = device();
    const filters = [`dtck/my-product/${id}/STEPS`, `dtck/my-product/${id}/+`, `dtck/+/${id}/#`, "dtck/#", "#"];
    for (const [at, filter] of filters.entries())
      await subscribeRaw(
        raw,
        filter,
        { qos: at === 2 ? 2 : at === 1 ? 1 : 0, retainHandling: 2 },
        { subscriptionIdentifier: at + 1 },
      );
    await subscribeRaw(raw, `dtck/my-product/${id}/steps`); // one without an identifier
    const { heard } = await publishRaw(raw, `dtck-pub/my-product/${id}/STEPS`, "1");
    // "#" hears of what others said before, too, when commits take a while
    const all = [...heard, ...(await publishes(raw))];
    const [only, ...more] = all.filter(({ topic }) => topic.endsWith(`/${id}/STEPS`));
    expect(more).toEqual([]);
    expect(only?.qos).toBe(2);
    expect(only?.properties?.subscriptionIdentifiers?.toSorted()).toEqual([1, 2, 3, 4, 5]);
    await raw.leave();
    const old = await client({ version: 4 });
    await old.subscribe([`dtck/my-product/${id}/+`, "dtck/my-product/#"]);
    const told = await publishRaw(old, `dtck-pub/my-product/${id}/STEPS`, "2");
    expect(told.heard.length + (await publishes(old)).length).toBe(1);
    await old.leave();
  });
  test("6: No Local has no effect on dtck/", async () => {
    const raw = await client();
    const id = device();
    await subscribeRaw(raw, `dtck/my-product/${id}/+`, { noLocal: true });
    raw.publish(`dtck-pub/my-product/${id}/STEPS`, "1");
    expect(await raw.heard("1")).toEqual([`dtck/my-product/${id}/STEPS 1`]);
    await raw.leave();
  });
  test("6: dtck-errors is published at QoS 1, and never queued for the absent", async () => {
    const persistent = { clientId: "errors", cleanStart: false, properties: { sessionExpiryInterval: 100 } };
    const raw = await client(persistent);
    await raw.subscribe("dtck-errors/#", 2);
    raw.publish("dtck-pub/my-product/dev2/STEPS", "warm");
    const error = await raw.expect("publish");
    expect(error.qos).toBe(1);
    raw.send({ type: "puback", packetId: error.packetId ?? 0, reasonCode: 0 });
    await raw.leave();
    const publisher = await client();
    expect(await publisher.record("dtck-pub/my-product/dev3/STEPS", "warm")).toBe(0x99);
    await publisher.leave();
    const back = await client(persistent);
    expect(await back.drain()).toEqual([]);
    await back.leave();
  });
  test("6: a Message Expiry limits deliveries, never the record [MQTT-3.3.2-5] [MQTT-3.3.2-6]", async () => {
    const away = { clientId: "late", cleanStart: false, properties: { sessionExpiryInterval: 100 } };
    const id = device();
    const raw = await client(away);
    await raw.subscribe(`dtck/my-product/${id}/STEPS`, 1);
    await raw.leave();
    const publisher = await client();
    const topic = `dtck-pub/my-product/${id}/STEPS`;
    await publisher.subscribe(`dtck/my-product/${id}/STEPS`);
    const live = await publishRaw(publisher, topic, "1", { messageExpiryInterval: 1 });
    const [heard = await publisher.expect("publish")] = live.heard;
    expect(heard.properties?.messageExpiryInterval).toBe(1);
    const long = await publishRaw(publisher, topic, "2", { messageExpiryInterval: 1000 });
    const [soon = await publisher.expect("publish")] = long.heard;
    expect([999, 1000]).toContain(soon.properties?.messageExpiryInterval ?? 0);
    // the wait is the clock's: until the first has expired for sure
    const expired = performance.now() + 2100;
    await until("the expiry", () => performance.now() > expired);
    const back = await client(away);
    const late = await back.expect("publish");
    expect(payloadText(late)).toBe("2");
    expect(late.properties?.messageExpiryInterval).toBeLessThanOrEqual(998);
    expect(late.properties?.messageExpiryInterval).toBeGreaterThan(900);
    expect(await steps(id)).toEqual([1, 2]);
    await Promise.all([back.leave(), publisher.leave()]);
  });
  test("6: a message with a short expiry is delivered to whoever is there", async () => {
    const raw = await client();
    const id = device();
    await raw.subscribe(`dtck/my-product/${id}/STEPS`);
    // over a second and more, so that every fraction of one is among them
    const end = performance.now() + 1200;
    let n = 0;
    while (performance.now() < end) {
      const told = await publishRaw(raw, `dtck-pub/my-product/${id}/STEPS`, String(n), { messageExpiryInterval: 1 });
      const [heard = await raw.expect("publish")] = told.heard;
      expect([payloadText(heard), heard.properties?.messageExpiryInterval]).toEqual([String(n), 1]);
      n++;
    }
    await raw.leave();
  });
});

describe("6: retained values", () => {
  test("6: not retained by default: a new subscriber hears the next change", async () => {
    const raw = await client();
    const id = device();
    await raw.record(`dtck-pub/my-product/${id}/STEPS`, "1");
    await raw.subscribe(`dtck/my-product/${id}/+`);
    expect(await raw.drain()).toEqual([]);
    raw.publish(`dtck-pub/my-product/${id}/STEPS`, "2");
    const heard = await raw.expect("publish");
    expect([payloadText(heard), heard.retain]).toEqual(["2", false]);
    await raw.leave();
  });
  test("6: CONNACK says Retain Available, and what is not there [MQTT-3.2.2-9] [MQTT-3.2.2-13]", async () => {
    const raw = await Raw.open(server.ports.mqtt);
    const connack = await raw.connect({ token: TOKENS.device });
    expect(connack.properties?.retainAvailable ?? true).toBe(true);
    expect(connack.properties?.maximumQos).toBeUndefined();
    expect(connack.properties?.wildcardSubscriptionAvailable ?? true).toBe(true);
    expect(connack.properties?.subscriptionIdentifiersAvailable ?? true).toBe(true);
    expect(connack.properties?.sharedSubscriptionAvailable).toBeUndefined(); // absent: they are
    expect(connack.properties).toMatchObject({
      receiveMaximum: 1024,
      topicAliasMaximum: 0,
      maximumPacketSize: 262_144,
    });
    expect(connack.properties?.assignedClientIdentifier).toBeString();
    await raw.leave();
  });
  test("6: retain_last_values with Retain Handling 0, 1 and 2, and Retain As Published [MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11] [MQTT-3.3.1-12] [MQTT-3.3.1-13]", async () => {
    const raw = await client();
    await raw.record("dtck-pub/kept/box1/TEMPERATURE", "21.5");
    await raw.record("dtck-pub/kept/box1/DOOR", "on");
    const filter = "dtck/kept/box1/TEMPERATURE";
    /** What a SUBSCRIBE brings at once. */
    const brings = async (retainHandling: 0 | 1 | 2, retainAsPublished = false) => {
      await subscribeRaw(raw, filter, { retainHandling, retainAsPublished }, { subscriptionIdentifier: 9 });
      return (await publishes(raw)).map((p) => [payloadText(p), p.retain, p.properties?.subscriptionIdentifiers]);
    };
    const value = [["21.5", true, [9]]];
    const unsubscribe = async () => {
      raw.send({ type: "unsubscribe", packetId: raw.id(), filters: [filter] });
      await raw.expect("unsuback");
    };
    expect(await brings(0)).toEqual(value);
    expect(await brings(0)).toEqual(value); // again, at every SUBSCRIBE
    expect(await brings(1)).toEqual([]); // the subscription is there
    expect(await brings(2)).toEqual([]);
    await unsubscribe();
    expect(await brings(1)).toEqual(value);
    await unsubscribe();
    expect(await brings(2)).toEqual([]);
    for (const asPublished of [false, true]) {
      await brings(2, asPublished);
      await publishRaw(raw, "dtck-pub/kept/box1/TEMPERATURE", "22").then(async ({ heard: [heard] }) => {
        expect((heard ?? (await raw.expect("publish"))).retain).toBe(asPublished);
      });
    }
    await raw.leave();
  });
  test("6: retained values bear timestamp, come at the subscription's QoS, and only where they may be read", async () => {
    const raw = await client();
    await raw.record("dtck-pub/kept/box1/TEMPERATURE", "23");
    await raw.record("dtck-pub/kept/box1/DOOR", "off");
    for (const qos of [0, 1, 2] as const) {
      const fresh = await client({ clientId: "fresh" });
      await fresh.subscribe("dtck/kept/box1/#", qos);
      const heard = [await fresh.expect("publish"), await fresh.expect("publish")];
      expect(heard.map((p) => `${p.topic} ${payloadText(p)} ${p.qos} ${p.retain}`).toSorted()).toEqual([
        `dtck/kept/box1/DOOR False ${qos} true`,
        `dtck/kept/box1/TEMPERATURE 23 ${qos} true`,
      ]);
      for (const packet of heard) expect(Date.parse(property(packet, "timestamp") ?? "")).toBeGreaterThan(0);
      await fresh.leave();
    }
    const viewer = await client({ token: TOKENS.viewer }); // of my-product alone
    await viewer.subscribe("dtck/#");
    expect(await viewer.drain()).toEqual([]);
    await Promise.all([raw.leave(), viewer.leave()]);
  });
  test("6: v3 clients get retained values at every SUBSCRIBE, flagged, and changes without the flag [MQTT3-3.8.4-3]", async () => {
    for (const version of [3, 4] as const) {
      const raw = await client({ version, clientId: "old" });
      await raw.record("dtck-pub/kept/box1/DOOR", "on");
      for (let n = 0; n < 2; n++) {
        await raw.subscribe("dtck/kept/box1/DOOR");
        const heard = await raw.expect("publish");
        expect([payloadText(heard), heard.retain]).toEqual(["True", true]);
      }
      raw.publish("dtck-pub/kept/box1/DOOR", "off", { retain: true });
      const heard = await raw.expect("publish");
      expect([payloadText(heard), heard.retain]).toEqual(["False", false]);
      await raw.leave();
    }
  });
  test.skipIf(!have("mosquitto-clients"))("6: mosquitto_sub --retained-only and -R see it", async () => {
    const at = mosquittoLogin(server.ports.mqtt, TOKENS.device);
    await mosquittoPub(...at, "-q", "1", "-t", "dtck-pub/kept/box1/TEMPERATURE", "-m", "24");
    const only = await mosquittoSub(...at, "-t", "dtck/kept/box1/TEMPERATURE", "--retained-only", "-C", "1");
    expect((await only.heard).out.trim()).toBe("24");
    const stale = await mosquittoSub(...at, "-t", "dtck/kept/box1/TEMPERATURE", "-R", "-C", "1");
    await mosquittoPub(...at, "-q", "1", "-t", "dtck-pub/kept/box1/TEMPERATURE", "-m", "25");
    expect((await stale.heard).out.trim()).toBe("25");
  });
});
