import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { login as mosquittoLogin, mosquittoPub, mosquittoSub, mqttJs } from "../run/clients.ts";
import type { PublishPacket } from "../../src/codec/index.ts";
import { FLEET, TOKENS } from "../run/fleet.ts";
import { have } from "../run/have.ts";
import { payloadText, Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { type ErrorMessage, errorOf, publishJs, publishRaw, subscribeRaw } from "./told.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

type Who = keyof typeof TOKENS;
type Wish = NonNullable<Parameters<typeof Raw.login>[1]>;
const client = (more: Wish = {}) => Raw.login(server.ports.mqtt, { token: TOKENS.device, ...more });
const devices = (function* () {
  for (let n = 100; n < 1000; n++) yield `dev${n}`;
})();
const device = (): string => devices.next().value ?? "";
const refusals = (code: string) => server.metric("fieldcast_refusals_total", `code="${code}"`);

interface Case {
  readonly code: string;
  readonly who: Who;
  /** {} is a device that no other case uses. */
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly stamp?: string;
  readonly reason: number;
  /** Published below dtck-errors. */
  readonly told?: string;
}
const ok = "22";
const CASES: readonly Case[] = [
  { code: "unknown_product", who: "device", topic: "dtck-pub/no-such/dev1/TEMPERATURE", payload: ok, reason: 0x90 },
  {
    code: "unknown_product",
    who: "device",
    topic: "dtck-pub/other-product/gdev1/TEMPERATURE",
    payload: ok,
    reason: 0x90,
  },
  { code: "unknown_product", who: "scoped", topic: "dtck-pub/kept/box1/TEMPERATURE", payload: ok, reason: 0x90 },
  { code: "unknown_product", who: "none", topic: "dtck-pub/my-product/dev1/TEMPERATURE", payload: ok, reason: 0x90 },
  {
    code: "unknown_device",
    who: "device",
    topic: "dtck-pub/my-product/no-such/TEMPERATURE",
    payload: ok,
    reason: 0x90,
  },
  { code: "unknown_device", who: "device", topic: "dtck-pub/my-product/no-such", payload: "{}", reason: 0x90 },
  { code: "unknown_device", who: "scoped", topic: "dtck-pub/my-product/dev9/TEMPERATURE", payload: ok, reason: 0x90 },
  { code: "unknown_field", who: "device", topic: "dtck-pub/my-product/{}/PRESSURE", payload: ok, reason: 0x90 },
  { code: "unknown_field", who: "device", topic: "dtck-pub/my-product/{}", payload: '{"PRESSURE":1}', reason: 0x90 },
  { code: "not_permitted", who: "viewer", topic: "dtck-pub/my-product/{}/TEMPERATURE", payload: ok, reason: 0x87 },
  { code: "not_permitted", who: "scoped", topic: "dtck-pub/my-product/dev7/TEMPERATURE", payload: ok, reason: 0x87 },
  { code: "topic_not_allowed", who: "device", topic: "home/kitchen", payload: ok, reason: 0x90, told: "_/_/_" },
  {
    code: "topic_not_allowed",
    who: "device",
    topic: "dtck/my-product/dev1/STEPS",
    payload: ok,
    reason: 0x90,
    told: "_/_/_",
  },
  { code: "topic_not_allowed", who: "device", topic: "dtck-pub/a/b/C/d", payload: ok, reason: 0x90, told: "_/_/_" },
  { code: "product_wide_publish", who: "device", topic: "dtck-pub/my-product/*/STEPS", payload: ok, reason: 0x90 },
  { code: "invalid_value", who: "device", topic: "dtck-pub/my-product/{}/STEPS", payload: "warm", reason: 0x99 },
  { code: "invalid_value", who: "recorder", topic: "dtck-pub/my-product/{}/STEPS", payload: "warm", reason: 0x99 },
  {
    code: "invalid_value",
    who: "device",
    topic: "dtck-pub/my-product/{}/steps",
    payload: Uint8Array.of(255, 1),
    reason: 0x99,
  },
  { code: "invalid_batch", who: "device", topic: "dtck-pub/my-product/{}", payload: "warm", reason: 0x99 },
  {
    code: "invalid_timestamp",
    who: "device",
    topic: "dtck-pub/my-product/{}/STEPS",
    payload: ok,
    stamp: "x",
    reason: 0x99,
  },
  {
    code: "value_too_large",
    who: "device",
    topic: "dtck-pub/my-product/{}/NOTE",
    payload: "x".repeat(65_537),
    reason: 0x99,
  },
];
const toldOn = (topic: string): string => {
  const [, product, id, field] = topic.split("/");
  return `dtck-errors/${product}/${id}${field === undefined ? "" : `/${field.toUpperCase()}`}`;
};

describe("7: a refused publish never disappears silently", () => {
  test("7: v5 QoS 1 and 2: the reason with a Reason String and the code; JSON on dtck-errors; a metric", async () => {
    for (const { code, who, topic: pattern, payload, stamp, reason, told } of CASES)
      for (const qos of [1, 2] as const) {
        const topic = pattern.replace("{}", device());
        const label = `${code} on ${topic} by ${who}`;
        const raw = await client({ token: TOKENS[who], clientId: "refused" });
        await raw.subscribe("dtck-errors/#");
        const before = await refusals(code);
        const sent = new Date().toISOString();
        const properties =
          stamp === undefined ? undefined : { userProperties: [["timestamp", stamp] as [string, string]] };
        const answer = await publishRaw(raw, topic, payload, properties, { qos });
        expect([answer.reason, answer.code], label).toEqual([reason, code]);
        expect(answer.text.length, label).toBeGreaterThan(15);
        expect(await refusals(code), label).toBe(before + 1);
        if (qos === 1 || pattern.includes("{}")) {
          const [error = await raw.expect("publish")] = answer.heard;
          expect(error.topic, label).toBe(told === undefined ? toldOn(topic) : `dtck-errors/${told}`);
          const json = errorOf(error);
          expect(json, label).toMatchObject({ code, topic, message: answer.text });
          const shown = typeof payload === "string" ? payload.slice(0, 256) : Buffer.from(payload).toString("base64");
          expect(json.payload, label).toBe(shown);
          expect(Math.abs(Date.parse(json.time) - Date.parse(sent)), label).toBeLessThan(5000);
        }
        await raw.leave();
      }
  });
  test("7: v5 QoS 0: no answer, but dtck-errors", async () => {
    const raw = await client();
    await raw.subscribe("dtck-errors/#");
    const id = device();
    raw.publish(`dtck-pub/my-product/${id}/STEPS`, "warm");
    expect((await raw.expect("publish")).topic).toBe(`dtck-errors/my-product/${id}/STEPS`);
    expect(await raw.drain()).toEqual([]);
    await raw.leave();
  });
  test("7: MQTT.js hears the reason", async () => {
    const js = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, TOKENS.viewer);
    for (const qos of [1, 2] as const) {
      const told = await publishJs(js.client, `dtck-pub/my-product/${device()}/STEPS`, "1", { qos });
      expect(told.reason).toBe(0x87);
      expect(told.text).toContain("not record");
    }
    await js.end();
  });
  test.skipIf(!have("mosquitto-clients"))("7: mosquitto_pub says why (v5), and goes on (3.1.1)", async () => {
    const at = mosquittoLogin(server.ports.mqtt, TOKENS.device);
    const sub = await mosquittoSub(...at, "-v", "-C", "2", "-t", "dtck-errors/+/+/+");
    const topic = `dtck-pub/my-product/${device()}/STEPS`;
    const v5 = await mosquittoPub(...at, "-V", "5", "-q", "1", "-t", topic, "-m", "warm");
    expect(v5.err + v5.out).toContain("Payload format invalid");
    const v3 = await mosquittoPub(...at, "-V", "311", "-q", "2", "-t", `${topic}_NO`, "-m", "1");
    expect([v3.code, v3.err]).toEqual([0, ""]);
    const lines = (await sub.heard).out.trim().split("\n");
    expect(lines[0]).toContain('"code":"invalid_value"');
    expect(lines[1]).toContain('"code":"unknown_field"');
  });
  test("7: Request Problem Information 0: the reason alone; a small Maximum Packet Size too [MQTT-3.1.2-29] [MQTT-3.4.2-2] [MQTT-3.5.2-2] [MQTT-3.9.2-1]", async () => {
    for (const properties of [{ requestProblemInformation: false }, { maximumPacketSize: 20 }]) {
      const raw = await client({ clientId: "small", properties });
      for (const qos of [1, 2] as const) {
        const answer = await publishRaw(raw, `dtck-pub/my-product/${device()}/STEPS`, "warm", undefined, { qos });
        expect(answer).toMatchObject({ reason: 0x99, text: "" });
        expect(answer.code).toBeUndefined();
      }
      expect((await raw.subscribe("home/#")).properties).toBeUndefined();
      await raw.leave();
    }
  });
  test("7: v3: acknowledged, and told on dtck-errors [MQTT3-3.3.5-2]", async () => {
    for (const version of [3, 4] as const) {
      const raw = await client({ version, clientId: "old" });
      await raw.subscribe("dtck-errors/#");
      for (const qos of [0, 1, 2] as const) {
        const id = device();
        const topic = `dtck-pub/my-product/${id}/STEPS`;
        raw.publish(topic, "warm", qos > 0 ? { qos, packetId: qos } : {});
        const seen = [await raw.next(), ...(qos > 0 ? [await raw.next()] : [])];
        expect(seen.map(({ type }) => type).toSorted()).toEqual(
          qos === 0 ? ["publish"] : qos === 1 ? ["puback", "publish"] : ["publish", "pubrec"],
        );
        const error = seen.find((packet): packet is PublishPacket => packet.type === "publish");
        expect(error?.topic).toBe(`dtck-errors/my-product/${id}/STEPS`);
        if (qos === 2) {
          raw.send({ type: "pubrel", packetId: 2, reasonCode: 0 });
          await raw.expect("pubcomp");
        }
        expect(await server.history(TOKENS.device, id)).toEqual([]);
      }
      await raw.leave();
    }
  });
  test("7: a packet above the limit ends the connection with 0x95", async () => {
    const raw = await client();
    raw.publish("dtck-pub/my-product/dev1/NOTE", "x".repeat(262_144));
    const last = await raw.expect("disconnect");
    expect(last.reasonCode).toBe(0x95);
    expect(last.properties?.reasonString).toContain("262144");
    await raw.ended();
  });
});

describe("7: dtck-errors", () => {
  test("7: every connection of the same principal hears it, and nobody else", async () => {
    const mine = await client({ clientId: "mine", version: 4 });
    const others: Raw[] = [];
    for (const who of ["owner", "recorder", "viewer", "none", "globex", "operator"] as const) {
      const other = await client({ token: TOKENS[who] });
      expect((await other.subscribe(["dtck-errors/#", "#"])).reasonCodes[0]).toBe(0); // any principal may subscribe
      others.push(other);
    }
    await mine.subscribe("dtck-errors/my-product/+/+");
    const raw = await client();
    const id = device();
    await publishRaw(raw, `dtck-pub/my-product/${id}/STEPS`, "warm");
    expect((await mine.expect("publish")).topic).toBe(`dtck-errors/my-product/${id}/STEPS`);
    for (const other of others) expect((await other.drain()).map((p) => p.type)).toEqual([]);
    for (const one of [mine, raw, ...others]) await one.leave();
  });
  test("7: the levels are the published ones, FIELD in capitals; _/_/_ outside the shape", async () => {
    const raw = await client();
    const topics: readonly [published: string, filter: string, told: string][] = [
      ["dtck-pub/my-product/BR-1/door", "dtck-errors/my-product/BR-1/door", "dtck-errors/my-product/BR-1/DOOR"],
      ["dtck-pub/my-product/BR-1", "dtck-errors/my-product/BR-1", "dtck-errors/my-product/BR-1"],
      ["dtck-pub/Nobody/knows/this", "dtck-errors/Nobody/*/*", "dtck-errors/Nobody/knows/THIS"],
      ["dtck-pub/x", "dtck-errors/_/_/_", "dtck-errors/_/_/_"],
      ["elsewhere", "dtck-errors/_/_/_", "dtck-errors/_/_/_"],
    ];
    for (const [published, filter, told] of topics) {
      await raw.subscribe(filter);
      raw.publish(published, "ajar");
      const error = await raw.expect("publish");
      expect(error.topic).toBe(told);
      expect(errorOf(error).topic).toBe(published);
      raw.send({ type: "unsubscribe", packetId: raw.id(), filters: [filter] });
      await raw.expect("unsuback");
    }
    await raw.leave();
  });
  test("7: the first 256 bytes of the payload, whole characters; base64 when it is not UTF-8", async () => {
    const raw = await client();
    await raw.subscribe("dtck-errors/#");
    const told = async (payload: string | Uint8Array): Promise<ErrorMessage> => {
      raw.publish(`dtck-pub/my-product/${device()}/STEPS`, payload);
      return errorOf(await raw.expect("publish"));
    };
    expect((await told("w".repeat(300))).payload).toBe("w".repeat(256));
    expect((await told(`w${"é".repeat(200)}`)).payload).toBe(`w${"é".repeat(127)}`);
    expect((await told("")).payload).toBe("");
    const bytes = Uint8Array.from({ length: 300 }, (_, n) => 0x80 + (n % 64));
    expect(await told(bytes)).toMatchObject({
      payload: Buffer.from(bytes.subarray(0, 256)).toString("base64"),
      base64: true,
    });
    await raw.leave();
  });
  test("7: what is refused over HTTP is told there, too", async () => {
    const raw = await client();
    await raw.subscribe("dtck-errors/#");
    const post = async (id: string, body: string, query = "") =>
      (await server.http(`/v1/devices/${id}/record/${query}`, TOKENS.device, { method: "POST", body })).status;
    const id = device();
    expect(await post(id, '{"field":"STEPS","value":"warm"}')).toBe(400);
    const single = await raw.expect("publish");
    expect(single.topic).toBe(`dtck-errors/my-product/${id}/STEPS`);
    expect(errorOf(single)).toMatchObject({ code: "invalid_value", topic: `dtck-pub/my-product/${id}/STEPS` });
    expect(await post(id, '[{"field":"STEPS","value":1},{"field":"STEPS","value":"warm"}]', "?batch=true")).toBe(400);
    const batch = await raw.expect("publish");
    expect(batch.topic).toBe(`dtck-errors/my-product/${id}`);
    expect(errorOf(batch)).toMatchObject({ row: 1 });
    expect(await post("no-such", '{"field":"STEPS","value":1}')).toBe(404);
    expect(errorOf(await raw.expect("publish")).code).toBe("unknown_device");
    await raw.leave();
  });
});

describe("7: the log", () => {
  const log = async (path: string, who: Who): Promise<(ErrorMessage & { count: number })[]> => {
    const response = await server.http(path, TOKENS[who]);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return (await response.json()) as (ErrorMessage & { count: number })[]; // src/http/compat/refusals.ts
  };
  test("7: of the device where it is known, else of the principal", async () => {
    const raw = await client();
    const id = device();
    await publishRaw(raw, `dtck-pub/my-product/${id}/STEPS`, "warm");
    await publishRaw(raw, `dtck-pub/my-product/${id}/NO_SUCH`, "1");
    await publishRaw(raw, `dtck-pub/my-product/unheard-of/STEPS`, "1");
    const rows = await until("two rows in the device's log", async () => {
      const some = await log(`/v1/devices/${id}/log/`, "device");
      return some.length >= 2 ? some : null;
    });
    expect(rows.map(({ code, topic }) => `${code} ${topic}`).toSorted()).toEqual([
      `invalid_value dtck-pub/my-product/${id}/STEPS`,
      `unknown_field dtck-pub/my-product/${id}/NO_SUCH`,
    ]);
    expect(rows.find(({ code }) => code === "invalid_value")).toMatchObject({ payload: "warm", count: 1 });
    const own = await until("the row in the principal's log", async () => {
      const some = await log("/v1/log/", "device");
      return some.find(({ topic }) => topic.includes("unheard-of")) ?? null;
    });
    expect(own).toMatchObject({ code: "unknown_device", count: 1 });
    expect((await log("/v1/log/", "recorder")).some(({ topic }) => topic.includes("unheard-of"))).toBe(false);
    // whoever may see the device sees its log, and nobody else
    expect((await log(`/v1/devices/${id}/log/`, "viewer")).length).toBe(2);
    expect((await server.http(`/v1/devices/${id}/log/`, TOKENS.scoped)).status).toBe(404);
    await raw.leave();
  });
  test("7: a publish that was refused for want of rights is in the device's log, if the device may be seen", async () => {
    const viewer = await client({ token: TOKENS.viewer });
    const id = device();
    await publishRaw(viewer, `dtck-pub/my-product/${id}/STEPS`, "1");
    const none = await client({ token: TOKENS.none });
    await publishRaw(none, `dtck-pub/my-product/${id}/STEPS`, "2");
    const rows = await until("the row", async () => {
      const some = await log(`/v1/devices/${id}/log/`, "device");
      return some.length > 0 ? some : null;
    });
    expect(rows.map(({ code, payload }) => `${code} ${payload}`)).toEqual(["not_permitted 1"]);
    await Promise.all([viewer.leave(), none.leave()]);
  });
  test("7: it is kept across a restart", async () => {
    const raw = await client();
    const id = device();
    await publishRaw(raw, `dtck-pub/my-product/${id}/STEPS`, "warm");
    await until("the row", async () => (await log(`/v1/devices/${id}/log/`, "device")).length === 1);
    await server.kill9();
    await server.restart();
    expect((await log(`/v1/devices/${id}/log/`, "device")).map(({ payload }) => payload)).toEqual(["warm"]);
  });
  test("7: a flood is folded: first at once, then once a second with a count", async () => {
    const raw = await client();
    const id = device();
    const topic = `dtck-pub/my-product/${id}/STEPS`;
    await raw.subscribe(`dtck-errors/my-product/${id}/+`);
    const before = await refusals("invalid_value");
    for (let n = 0; n < 500; n++) raw.publish(topic, `warm ${n}`);
    const told = [errorOf(await raw.expect("publish"))];
    expect(told[0]).toMatchObject({ payload: "warm 0" });
    const sum = (rows: readonly { count?: number }[]) => rows.reduce((n, { count = 1 }) => n + count, 0);
    expect(sum(told)).toBe(1);
    while (sum(told) < 500) told.push(errorOf(await raw.expect("publish")));
    expect(sum(told)).toBe(500);
    expect(told.length).toBeLessThan(20); // two, where 500 publishes take less than a second
    expect(told.at(-1)?.payload).toBe("warm 499");
    expect(await refusals("invalid_value")).toBe(before + 500);
    const rows = await until("all in the log", async () => {
      const some = await log(`/v1/devices/${id}/log/`, "device");
      return sum(some) >= 500 ? some : null;
    });
    expect(rows.map(({ count }) => count)).toEqual(told.map(({ count = 1 }) => count).reverse());
    expect(rows[0]).toHaveProperty("first_time");
    const times = rows.map(({ time }) => time);
    expect(times).toEqual([...times].sort().reverse());
    // another topic or code is not folded with it
    raw.publish(`dtck-pub/my-product/${id}/DOOR`, "ajar");
    expect((await raw.expect("publish")).topic).toEndWith("/DOOR");
    await raw.leave();
  });
});

describe("7: subscriptions are refused by the scope of rights, not by existence", () => {
  const scopes: readonly [who: Who, filter: string, granted: boolean][] = [
    ["device", "dtck/my-product/dev1/TEMPERATURE", true],
    ["device", "dtck/no-such/no-such/NO_SUCH", true], // it may come
    ["device", "dtck/#", true],
    ["viewer", "dtck/my-product/+/+", true],
    ["viewer", "dtck/my-product/no-such/+", true],
    ["viewer", "dtck/kept/+/+", false],
    ["viewer", "dtck/no-such/+/+", false],
    ["viewer", "dtck/+/box1/+", true],
    ["viewer", "dtck/#", true],
    ["scoped", "dtck/my-product/dev7/#", true],
    ["scoped", "dtck/my-product/dev9/#", false],
    ["scoped", "dtck/my-product/+/NO_SUCH", true],
    ["scoped", "dtck/+/dev8/+", true],
    ["scoped", "dtck/kept/+/+", false],
    ["tagged", "dtck/no-such/no-such/+", true], // a device there may be given the tag
    ["recorder", "dtck/#", false],
    ["none", "dtck/my-product/dev1/+", false],
    ["none", "#", true], // dtck-errors/… is below it
    ["none", "dtck-errors/#", true],
    ["globex", "dtck/other-product/+/+", true],
    ["device", "dtck/my-product/dev1/TEMPERATURE/more", false],
    ["device", "dtck-pub/#", false],
    ["device", "$SYS/#", false],
  ];
  test("7: 0x87 in v5 with a reason, 0x80 in 3.1.1, granted in 3.1, where nothing could ever be allowed", async () => {
    for (const [who, filter, granted] of scopes) {
      const label = `${who} ${filter}`;
      const v5 = await client({ token: TOKENS[who] });
      const suback = await subscribeRaw(v5, filter, { qos: 1, retainHandling: 2 });
      expect(suback.reasonCodes, label).toEqual([granted ? 1 : 0x87]);
      if (!granted) expect(suback.properties?.reasonString?.length ?? 0, label).toBeGreaterThan(15);
      const v4 = await client({ token: TOKENS[who], version: 4 });
      v4.send({ type: "subscribe", packetId: 1, subscriptions: [{ ...plain, filter, qos: 2 }] });
      expect((await v4.expect("suback")).reasonCodes, label).toEqual([granted ? 2 : 0x80]);
      const v3 = await client({ token: TOKENS[who], version: 3, clientId: "old" });
      v3.send({ type: "subscribe", packetId: 1, subscriptions: [{ ...plain, filter, qos: 0 }] });
      expect((await v3.expect("suback")).reasonCodes, label).toEqual([0]);
      for (const raw of [v5, v4, v3]) await raw.leave();
    }
  });
  const plain = { noLocal: false, retainAsPublished: false, retainHandling: 0 as const };

  test("7: only what may be read is delivered, and 3.1's refused filter delivers nothing", async () => {
    const watchers = [
      await client({ token: TOKENS.scoped }),
      await client({ token: TOKENS.recorder, version: 3, clientId: "old" }),
    ];
    for (const watcher of watchers) await watcher.subscribe(["dtck/my-product/+/+", "dtck/+/+/STEPS"], 1);
    const raw = await client();
    for (const id of ["dev6", "dev7", "dev8", "dev9"]) await raw.record(`dtck-pub/my-product/${id}/STEPS`, "1");
    const [scoped, old] = watchers;
    const heard = (await scoped?.drain())?.filter((p) => p.type === "publish").map((p) => p.topic);
    expect(heard).toEqual(["dtck/my-product/dev7/STEPS", "dtck/my-product/dev8/STEPS"]);
    expect(await old?.drain()).toEqual([]);
    for (const one of [raw, ...watchers]) await one.leave();
  });
  test("7: what was granted holds when devices and rights come later", async () => {
    const viewer = await client({ token: TOKENS.viewer });
    await viewer.subscribe("dtck/my-product/later-1/+");
    const tagged = await client({ token: TOKENS.tagged, version: 4 });
    await tagged.subscribe("dtck/my-product/+/STEPS");
    const raw = await client();
    expect(await raw.record("dtck-pub/my-product/later-1/STEPS", "1")).toBe(0x90);
    const dev = '          - { id: "dev{0..999}", name: "Simulated {n}" }\n';
    await server.apply(FLEET.replace(dev, `${dev}          - { id: later-1 }\n`));
    expect(await raw.record("dtck-pub/my-product/later-1/STEPS", "2")).toBe(0);
    expect(payloadText(await viewer.expect("publish"))).toBe("2");
    expect(await tagged.drain()).toEqual([]);
    await server.apply(FLEET.replace(dev, `${dev}          - { id: later-1, tags: [plant-1] }\n`));
    expect(await raw.record("dtck-pub/my-product/later-1/STEPS", "3")).toBe(0);
    expect(payloadText(await viewer.expect("publish"))).toBe("3");
    expect(payloadText(await tagged.expect("publish"))).toBe("3");
    for (const one of [viewer, tagged, raw]) await one.leave();
  });
});
