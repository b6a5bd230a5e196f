import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import mqtt from "mqtt";
import { type JsClient, mqttJs } from "../run/clients.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { Line, Remote } from "./remote.ts";
import { ADMIN, BRIDGED, Bridges, FLAGS, forward } from "./rig.ts";

/** Lines that break, remotes that are killed, remotes that are narrow: nothing that was acknowledged is lost, and order stays. */

let server: TestServer;
let bridges: Bridges;
let here: JsClient;
const ends: (() => unknown)[] = [];
beforeAll(async () => {
  server = await startServer({ fleet: BRIDGED, flags: FLAGS });
  bridges = new Bridges(server);
  here = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, ADMIN);
}, 60_000);
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  for (const { broker } of (await bridges.ask("GET", "")).items) await bridges.ask("DELETE", `/${broker}`);
});
afterAll(async () => {
  await here?.end();
  if (process.env.SHOW) console.log(server?.log().slice(-6000));
  await server?.remove();
});

async function remote(lines: readonly string[] = []): Promise<Remote> {
  const made = await new Remote(lines).start();
  ends.push(() => made.remove());
  return made;
}
async function lineTo(to: Remote): Promise<Line> {
  const line = await new Line(to.port).start();
  ends.push(() => line.stop());
  return line;
}
/** Many addresses that are one: each is tried a second or so after the one before, however often the line is cut. */
const often = ({ url }: Line) => Array.from({ length: 10 }, () => url);
/** Who hears at the remote, with a session that outlives the remote's restarts. */
async function listener(to: Remote, filter: string, qos: 1 | 2): Promise<string[]> {
  const client = await mqtt.connectAsync(to.url, {
    ...{ clientId: `ear-${filter.length}-${qos}`, clean: false, protocolVersion: 5, reconnectPeriod: 100 },
    properties: { sessionExpiryInterval: 1000 },
  });
  const heard: string[] = [];
  client.on("message", (_, payload) => heard.push(payload.toString()));
  await client.subscribeAsync(filter, { qos });
  ends.push(() => client.endAsync(true));
  return heard;
}
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => String(from + i));
async function send(topic: string, qos: 1 | 2, from: number, to: number): Promise<void> {
  // MQTT.js sends more than a Receive Maximum allows
  for (let at = from; at < to; at += 500)
    await Promise.all(numbers(at, Math.min(to, at + 500)).map((n) => here.client.publishAsync(topic, n, { qos })));
}
/** Without what came twice, in the order of the first. */
const once = (all: readonly string[]) => [...new Set(all)];

describe("what leaves", () => {
  test.each([1, 2] as const)(
    "over a line that is cut amid exchanges of QoS %d: all, in order, at QoS 2 once",
    async (qos) => {
      const there = await remote();
      const line = await lineTo(there);
      const heard = await listener(there, "up/#", qos);
      const broker = await bridges.make(`cut ${qos}`, often(line), [forward("up/#", "out", { qos })]);
      await bridges.becomes(broker, "connected");
      let cuts = 0;
      let passed = 0;
      // amid what goes there, and amid what is answered
      const cutting = (bytes: Uint8Array) => {
        passed += bytes.length;
        if (passed < 900 || cuts > 5) return false;
        passed = 0;
        cuts++;
        return true;
      };
      line.onward = cutting;
      await send("up/a", qos, 0, 300);
      line.back = cutting;
      await send("up/a", qos, 300, 600);
      await until("all came", () => once(heard).length === 600, 40_000);
      line.onward = line.back = null;
      expect(cuts).toBeGreaterThan(3);
      expect(once(heard)).toEqual(numbers(0, 600));
      if (qos === 2) expect(heard).toEqual(numbers(0, 600));
      await bridges.becomes(broker, "connected", (one) => one.lag_rows === 0 && one.in_flight === 0);
    },
    60_000,
  );

  test("to a remote that is killed under load and comes back, and while it is away", async () => {
    const there = await remote();
    const heard = await listener(there, "up/#", 1);
    const broker = await bridges.make("killed", [there.url], [forward("up/#", "out")]);
    await bridges.becomes(broker, "connected");
    const sent = send("up/b", 1, 0, 2000);
    await until("some came", () => heard.length > 100);
    await there.stop("SIGTERM");
    await sent;
    await send("up/b", 1, 2000, 4000);
    const away = await bridges.becomes(broker, "error", (one) => one.reason.includes("Nothing listens"));
    expect(away.lag_rows).toBeGreaterThan(0);
    await there.start();
    await until("all came", () => once(heard).length === 4000, 30_000);
    expect(once(heard)).toEqual(numbers(0, 4000));
  }, 60_000);

  test("to a remote with Receive Maximum 10 and no retained messages", async () => {
    const there = await remote(["max_inflight_messages 10", "retain_available false"]);
    const heard = await listener(there, "up/#", 2);
    const broker = await bridges.make("narrow one", [there.url], [forward("up/#", "out", { qos: 2 })]);
    await bridges.becomes(broker, "connected");
    await here.client.publishAsync("up/c", "0", { qos: 2, retain: true });
    await send("up/c", 2, 1, 500);
    await until("all came", () => heard.length >= 500);
    expect(heard).toEqual(numbers(0, 500));
    expect((await bridges.becomes(broker, "connected", (one) => one.lag_rows === 0)).refused_out).toBe(0);
    await here.client.publishAsync("up/c", "", { qos: 1, retain: true });
  }, 30_000);

  test("a line that is open and mute is noticed within one and a half of the keep alive, and made anew", async () => {
    const there = await remote();
    const line = await lineTo(there);
    const heard = await listener(there, "up/#", 1);
    const broker = await bridges.make("mute", [line.url], [forward("up/#", "out")], { keep_alive: 5 });
    await bridges.becomes(broker, "connected");
    line.mute(true);
    await send("up/d", 1, 0, 10);
    const { reason } = await bridges.becomes(broker, "error", () => true, 7600);
    expect(reason).toContain("does not answer");
    line.mute(false);
    await until("all came", () => once(heard).length === 10);
    expect(once(heard)).toEqual(numbers(0, 10));
  }, 40_000);
});

describe("what comes", () => {
  test.each([1, 2] as const)(
    "over a line that is cut amid exchanges of QoS %d: all, in order, at QoS 2 once",
    async (qos) => {
      const there = await remote(["max_inflight_messages 1000"]);
      const line = await lineTo(there);
      const broker = await bridges.make(`into ${qos}`, often(line), [forward("down/#", "in", { qos })]);
      await bridges.becomes(broker, "connected");
      const heard: string[] = [];
      const hear = (topic: string, payload: Uint8Array) => topic === "down/a" && heard.push(payload.toString());
      await here.client.subscribeAsync("down/#", { qos });
      here.client.on("message", hear);
      ends.push(() => here.client.off("message", hear));
      const far = await mqttJs(there.url, "x");
      ends.push(() => far.end());
      let cuts = 0;
      let passed = 0;
      line.onward = line.back = (bytes) => {
        passed += bytes.length;
        if (passed < 900 || cuts > 5) return false;
        passed = 0;
        cuts++;
        return true;
      };
      for (let from = 0; from < 600; from += 100)
        await Promise.all(numbers(from, from + 100).map((n) => far.client.publishAsync("down/a", n, { qos })));
      await until("all came", () => once(heard).length === 600, 40_000);
      expect(cuts).toBeGreaterThan(3);
      expect(once(heard)).toEqual(numbers(0, 600));
      if (qos === 2) expect(heard).toEqual(numbers(0, 600));
    },
    60_000,
  );

  test("from a remote that keeps 20 messages for us and lets 10 be on their way: those that it kept, in order, then all", async () => {
    const there = await remote(["max_inflight_messages 10", "max_queued_messages 20"]);
    const broker = await bridges.make("small queue", [there.url], [forward("small/#", "in")]);
    await bridges.becomes(broker, "connected");
    const heard: string[] = [];
    const hear = (topic: string, payload: Uint8Array) => topic === "small/a" && heard.push(payload.toString());
    await here.client.subscribeAsync("small/#", { qos: 1 });
    here.client.on("message", hear);
    ends.push(() => here.client.off("message", hear));
    const far = await mqttJs(there.url, "x");
    ends.push(() => far.end());
    await bridges.change(broker, { paused: true });
    await bridges.becomes(broker, "paused");
    for (const n of numbers(0, 100)) await far.client.publishAsync("small/a", n, { qos: 1 });
    await bridges.change(broker, { paused: false });
    await bridges.becomes(broker, "connected");
    for (const n of numbers(100, 120)) await far.client.publishAsync("small/a", n, { qos: 1 });
    await until("all that follow came", () => heard.at(-1) === "119");
    expect(heard.length).toBeGreaterThanOrEqual(40);
    expect(heard.map(Number)).toEqual(heard.map(Number).toSorted((a, b) => a - b));
    expect(once(heard).slice(-20)).toEqual(numbers(100, 120));
  }, 40_000);

  test("is stored once at QoS 2, although ours is killed amid it", async () => {
    const there = await remote(["max_inflight_messages 1000"]);
    const broker = await bridges.make(
      "over a kill",
      [there.url],
      [forward("down/#", "in", { qos: 2, local_prefix: "k/" })],
    );
    await bridges.becomes(broker, "connected");
    const ear = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, {
      ...{ username: ADMIN, password: ADMIN, clientId: "ear", clean: false, protocolVersion: 5, reconnectPeriod: 100 },
      properties: { sessionExpiryInterval: 1000 },
    });
    ends.push(() => ear.endAsync(true));
    const heard: string[] = [];
    ear.on("message", (_, payload) => heard.push(payload.toString()));
    await ear.subscribeAsync("k/#", { qos: 2 });
    const far = await mqttJs(there.url, "x");
    ends.push(() => far.end());
    for (let from = 0; from < 600; from += 50) {
      await Promise.all(numbers(from, from + 50).map((n) => far.client.publishAsync("down/a", n, { qos: 2 })));
      if (from === 200 || from === 400) {
        await server.kill9();
        await server.start();
      }
    }
    await until("all came", () => once(heard).length === 600, 30_000);
    expect(heard).toEqual(numbers(0, 600));
  }, 60_000);
});
