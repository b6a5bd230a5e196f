import { afterAll, beforeAll, expect, test } from "bun:test";
import { login, mosquittoSub, mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { have } from "../run/have.ts";
import { payloadText, Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { errorOf, heardJs, property } from "./told.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

type Will = NonNullable<NonNullable<Parameters<typeof Raw.login>[1]>["will"]>;
const utf8 = new TextEncoder();
const will = (topic: string, payload: string, more: Partial<Will> = {}): Will => ({
  topic,
  payload: utf8.encode(payload),
  qos: 1,
  retain: false,
  ...more,
});
const client = (more: Parameters<typeof Raw.login>[1] = {}) =>
  Raw.login(server.ports.mqtt, { token: TOKENS.device, ...more });
const notes = async (device: string) => (await server.history(TOKENS.device, device, "NOTE")).map(({ NOTE }) => NOTE);
/** Waits until the will was recorded: a device's stored notes. */
const recorded = (device: string, count: number) =>
  until(`${count} notes of ${device}`, async () => {
    const rows = await notes(device);
    return rows.length >= count ? rows : null;
  });

test("5: a will on dtck-pub is recorded and published when the connection is lost, in every version", async () => {
  const watcher = await client();
  await watcher.subscribe("dtck/my-product/dev1/NOTE");
  for (const version of [3, 4, 5] as const) {
    const text = `v${version} gone`;
    const retain = version === 4; // a retain flag has no effect
    const lost = await client({
      version,
      clientId: "w",
      will: will("dtck-pub/my-product/dev1/note", text, { retain }),
    });
    lost.reset();
    const heard = await watcher.expect("publish");
    expect([heard.topic, payloadText(heard), heard.retain]).toEqual(["dtck/my-product/dev1/NOTE", text, false]);
  }
  expect(await notes("dev1")).toEqual(["v3 gone", "v4 gone", "v5 gone"]);
  await watcher.leave();
});

test.skipIf(!have("mosquitto-clients"))("5: mosquitto_sub's will fires when it is ended", async () => {
  const at = login(server.ports.mqtt, TOKENS.device);
  const topic = "dtck-pub/my-product/dev2/NOTE";
  const sub = await mosquittoSub(...at, "-t", "dtck/my-product/dev2/+", "--will-topic", topic, "--will-payload", "bye");
  const watcher = await client();
  await watcher.subscribe("dtck/my-product/dev2/NOTE");
  server.operation("info"); // the server is there; what ends is the client
  sub.stop();
  const { code } = await sub.heard;
  // mosquitto_sub says DISCONNECT when it is ended by a signal: no will then
  if (code === 0) expect(await watcher.drain()).toEqual([]);
  else expect(await watcher.heard("bye")).toEqual(["dtck/my-product/dev2/NOTE bye"]);
  await watcher.leave();
});

test("5: no will after a DISCONNECT, but after DISCONNECT with will (0x04)", async () => {
  const watcher = await client();
  await watcher.subscribe("dtck/my-product/dev3/NOTE");
  const polite = await client({ will: will("dtck-pub/my-product/dev3/NOTE", "never") });
  await polite.leave();
  const asking = await client({ will: will("dtck-pub/my-product/dev3/NOTE", "asked for") });
  asking.send({ type: "disconnect", reasonCode: 0x04 });
  expect(await watcher.heard("asked for")).toEqual(["dtck/my-product/dev3/NOTE asked for"]);
  await watcher.leave();
});

test("5: MQTT.js's will may be a batch", async () => {
  const url = `mqtt://127.0.0.1:${server.ports.mqtt}`;
  const watcher = await mqttJs(url, TOKENS.device);
  await watcher.client.subscribeAsync("dtck/my-product/dev4/+");
  const payload = Buffer.from('{"NOTE":"lost","DOOR":false}');
  const lost = await mqttJs(url, TOKENS.device, undefined, {
    will: { topic: "dtck-pub/my-product/dev4", payload, qos: 0, retain: false },
  });
  lost.client.stream.destroy();
  expect(await heardJs(watcher, 2)).toEqual(["dtck/my-product/dev4/NOTE lost", "dtck/my-product/dev4/DOOR false"]);
  await Promise.all([watcher.end(), lost.end()]);
});

test("5: a will that is not allowed does not refuse the CONNECT, it is reported when it fires", async () => {
  const watcher = await client();
  await watcher.subscribe("dtck-errors/#");
  const wills: readonly [topic: string, payload: string, code: string, told: string][] = [
    ["home/kitchen", "x", "topic_not_allowed", "dtck-errors/_/_/_"],
    ["dtck/my-product/dev5/NOTE", "x", "topic_not_allowed", "dtck-errors/_/_/_"],
    ["dtck-pub/my-product/no-such/NOTE", "x", "unknown_device", "dtck-errors/my-product/no-such/NOTE"],
    ["dtck-pub/my-product/dev5/DOOR", "ajar", "invalid_value", "dtck-errors/my-product/dev5/DOOR"],
    ["dtck-pub/my-product/*/NOTE", "x", "product_wide_publish", "dtck-errors/my-product/*/NOTE"],
  ];
  for (const [topic, payload, code, told] of wills) {
    const lost = await client({ will: will(topic, payload) });
    expect(await watcher.drain()).toEqual([]);
    lost.reset();
    const error = await watcher.expect("publish");
    expect(error.topic).toBe(told);
    expect(errorOf(error)).toMatchObject({ code, topic, payload });
  }
  await watcher.leave();
});

test("5: a will is checked with the rights of the moment it fires, and stamped then", async () => {
  const watcher = await client();
  await watcher.subscribe("dtck/my-product/dev6/NOTE");
  const lost = await client({ will: will("dtck-pub/my-product/dev6/NOTE", "now") });
  const between = Date.now();
  lost.reset();
  const heard = await watcher.expect("publish");
  expect(Date.parse(property(heard, "timestamp") ?? "")).toBeGreaterThanOrEqual(between - 1);
  await watcher.leave();
});

test("5: a will waits for its delay, which ends with the session, and a client that is back in time takes it away", async () => {
  const watcher = await client();
  await watcher.subscribe("dtck/my-product/dev8/NOTE");
  const delayed = (payload: string, delay: number) =>
    will("dtck-pub/my-product/dev8/NOTE", payload, { properties: { willDelayInterval: delay } });
  const session = { sessionExpiryInterval: 100 };
  const back = { clientId: "back", properties: session };
  const first = await client({ ...back, will: delayed("must not come", 2) });
  first.reset();
  await first.closed;
  const second = await client({ ...back, cleanStart: false });
  const short = await client({ clientId: "short", properties: session, will: delayed("after its delay", 3) });
  const none = await client({ clientId: "none", will: delayed("with its session", 1000) });
  short.reset();
  none.reset(); // its session ends with the connection: at once
  expect(await watcher.heard("after its delay")).toEqual([
    "dtck/my-product/dev8/NOTE with its session",
    "dtck/my-product/dev8/NOTE after its delay",
  ]);
  await Promise.all([watcher.leave(), second.leave()]);
});

test("5: wills are kept across a restart, after a crash as well as after a stop", async () => {
  for (const crash of [true, false]) {
    const device = crash ? "dev10" : "dev11";
    const topic = `dtck-pub/my-product/${device}/NOTE`;
    const properties = { sessionExpiryInterval: 600 };
    const delayed = (payload: string, delay: number) =>
      will(topic, payload, { properties: { willDelayInterval: delay } });
    await client({ clientId: "plain", will: will(topic, "plain") });
    await client({ clientId: "long", properties, will: delayed("long", 1000) });
    const away = await client({ clientId: "away", properties, will: delayed("away", 2) });
    away.reset();
    await away.closed;
    const gone = await client({ clientId: "gone", will: will(topic, "never") });
    await gone.leave();
    // what is stored of a session rides with the next commit: this one is it
    const sync = await client({ token: TOKENS.owner });
    expect(await sync.record("dtck-pub/my-product/dev12/NOTE", "sync")).toBe(0);
    if (crash) await server.kill9();
    else await server.stop();
    await server.restart();
    expect((await recorded(device, 2)).toSorted()).toEqual(["away", "plain"]);
    // the client of the long delay is back in time: its will is gone, and so for ever
    const back = await client({ clientId: "long", cleanStart: false, properties });
    await back.leave();
    expect((await notes(device)).length).toBe(2);
  }
});
