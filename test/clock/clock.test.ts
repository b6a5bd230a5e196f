import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { X509Certificate } from "node:crypto";
import { have } from "../run/have.ts";
import { TOKENS } from "../run/fleet.ts";
import { payloadText, publishPacket, Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { SteppedClock } from "./stepped.ts";

const HOUR = 3600;
const TEN_YEARS = 3650 * 24 * HOUR;
const DEVICE = "dtck-pub/my-product/dev1";
const can = process.platform === "linux" && have("cc");

const started: { server: TestServer; clock: SteppedClock }[] = [];
afterEach(async () => {
  for (const { server, clock } of started.splice(0)) {
    await server.remove();
    clock.remove();
  }
});
afterAll(() => expect(started).toEqual([]));

/** A server whose wall clock is ahead by some seconds. */
async function place(ahead = 0, flags: readonly string[] = []) {
  const clock = new SteppedClock(ahead);
  const server = await startServer({ env: clock.env, flags });
  started.push({ server, clock });
  const steps = (way: string, n: number) =>
    until(`steps ${way}`, async () => (await server.metric("fieldcast_clock_steps_total", `way="${way}"`)) >= n);
  return { server, clock, steps };
}
async function record(client: Raw, value: string, timestamp?: string): Promise<number> {
  const properties =
    timestamp === undefined ? {} : { properties: { userProperties: [["timestamp", timestamp]] as [string, string][] } };
  client.send(publishPacket(`${DEVICE}/TEMPERATURE`, value, { qos: 1, packetId: 7, ...properties }));
  return (await client.expect("puback")).reasonCode;
}
const listener = async (server: TestServer): Promise<Raw> => {
  const ears = await Raw.login(server.ports.mqtt, { token: TOKENS.device, clientId: "ears" });
  await ears.subscribe("dtck/my-product/dev1/TEMPERATURE");
  return ears;
};

describe.skipIf(!can)("the wall clock of a running server", () => {
  test("is set two hours ahead, ten years ahead, and back: clients stay, wills wait, sessions and their queues are there", async () => {
    const { server, clock, steps } = await place();
    const client = await Raw.login(server.ports.mqtt, { token: TOKENS.device, clientId: "lively", keepAlive: 600 });
    const will = {
      topic: `${DEVICE}/TEMPERATURE`,
      payload: new TextEncoder().encode("99"),
      qos: 0 as const,
      retain: false,
      properties: { willDelayInterval: 900 },
    };
    const away = await Raw.login(server.ports.mqtt, {
      token: TOKENS.device,
      clientId: "away",
      will,
      properties: { sessionExpiryInterval: 1800 },
    });
    await away.subscribe("dtck/my-product/dev1/TEMPERATURE", 1);
    away.reset();
    let [forward, back] = [0, 0];
    for (const ahead of [2 * HOUR, 0, TEN_YEARS, 0]) {
      clock.set(ahead);
      if (ahead > 0) await steps("forward", ++forward);
      else await steps("back", ++back);
      expect(await record(client, "1")).toBe(0);
    }
    expect([client.isClosed, await server.metric("fieldcast_disconnects_total", 'reason="keep alive"')]).toEqual([
      false,
      0,
    ]);
    const again = await Raw.open(server.ports.mqtt);
    const connack = await again.connect({
      token: TOKENS.device,
      clientId: "away",
      cleanStart: false,
      properties: { sessionExpiryInterval: 1800 },
    });
    expect([connack.reasonCode, connack.sessionPresent]).toEqual([0, true]);
    const heard: string[] = [];
    for (let i = 0; i < 4; i++) heard.push(payloadText(await again.expect("publish")));
    expect(heard).toEqual(["1", "1", "1", "1"]);
    expect(server.log()).toContain("the clock was set ahead by 2 h");
    client.reset();
    again.reset();
  }, 60_000);

  test("was ten years ahead for one arrival: then true times again, explicit ones are published, and nothing is lost; also after a restart", async () => {
    const { server, clock, steps } = await place(TEN_YEARS);
    let client = await Raw.login(server.ports.mqtt, { token: TOKENS.device, clientId: "c" });
    expect(await record(client, "1")).toBe(0);
    clock.set(0);
    await steps("back", 1);
    let ears = await listener(server);
    const near = (time: unknown) => Math.abs(Date.parse(String(time)) - Date.now());
    for (let start = 0; start < 2; start++) {
      expect(await record(client, "2")).toBe(0);
      expect(payloadText(await ears.expect("publish"))).toBe("2");
      expect(await record(client, "3", new Date(Date.now() + 5).toISOString())).toBe(0);
      const explicit = await ears.expect("publish");
      expect(payloadText(explicit)).toBe("3");
      if (start === 0) {
        client.reset();
        ears.reset();
        await server.kill9();
        await server.restart();
        client = await Raw.login(server.ports.mqtt, { token: TOKENS.device, clientId: "c" });
        ears = await listener(server);
      }
    }
    const all = (await server.cli("export", "--product", "my-product")).out.trim().split("\n").slice(1);
    expect(all.map((row) => Math.round(near(row.split(",")[0]) / 86_400_000)).sort()).toEqual([0, 0, 0, 0, 3650]);
    expect(await server.metric("fieldcast_series_ahead")).toBe(1);
    expect(server.log()).toContain("series have measurements ahead of the clock");
    expect((await server.cli("doctor")).out).toContain("1 series have measurements ahead of the clock");
    expect((await server.cli("store", "repair-times", "--yes")).err).toContain("stop it first");
    client.reset();
    ears.reset();
    await server.stop();
    expect((await server.cli("store", "repair-times", "--by", "3650d", "--yes")).out).toContain(
      "1 measurement of 1 series is moved",
    );
    expect((await server.cli("doctor")).out).toContain("no measurement is ahead of the clock");
    await server.restart();
    const rows = await server.history(TOKENS.owner, "dev1", "TEMPERATURE");
    expect(rows.map((row) => Number(row.TEMPERATURE)).sort()).toEqual([1, 2, 2, 3, 3]);
    for (const row of rows) expect(near(row.time)).toBeLessThan(300_000);
  }, 60_000);

  test.each([
    ["ten years ahead", TEN_YEARS],
    ["a year behind", -365 * 24 * HOUR],
  ])(
    "is %s at a restart: sessions and what waits for them are there, also after it is set right",
    async (_, ahead) => {
      const { server, clock } = await place();
      const expiry = { properties: { sessionExpiryInterval: 1800 } };
      const away = await Raw.login(server.ports.mqtt, { token: TOKENS.device, clientId: "away", ...expiry });
      await away.subscribe("dtck/my-product/dev1/TEMPERATURE", 1);
      away.reset();
      let client = await Raw.login(server.ports.mqtt, { token: TOKENS.device, clientId: "c" });
      expect(await record(client, "1")).toBe(0);
      for (const next of [ahead, 0]) {
        client.reset();
        await server.kill9();
        clock.set(next);
        await server.restart();
        client = await Raw.login(server.ports.mqtt, { token: TOKENS.device, clientId: "c" });
        expect(await record(client, next === 0 ? "3" : "2")).toBe(0);
      }
      const back = await Raw.open(server.ports.mqtt);
      const connack = await back.connect({ token: TOKENS.device, clientId: "away", cleanStart: false, ...expiry });
      expect([connack.reasonCode, connack.sessionPresent]).toEqual([0, true]);
      const heard: string[] = [];
      for (let i = 0; i < 3; i++) heard.push(payloadText(await back.expect("publish")));
      expect(heard).toEqual(["1", "2", "3"]);
      const { TEMPERATURE } = (await server.history(TOKENS.owner, "dev1", "TEMPERATURE")).at(-1) ?? {};
      expect(Number(TEMPERATURE)).toBe(3);
      client.reset();
      back.reset();
    },
    60_000,
  );

  test("begins in 1970: nobody is let in and nothing is taken until it is set; then as ever", async () => {
    const { server, clock } = await place(-Math.floor(Date.now() / 1000) + 100, [
      "--mqtts",
      "off",
      "--https",
      "off",
      "--wss",
      "off",
    ]);
    expect(server.log()).toContain("the clock is not set");
    const early = await Raw.open(server.ports.mqtt);
    expect((await early.connect({ token: TOKENS.device, clientId: "c" })).reasonCode).toBe(0x88);
    const body = JSON.stringify({ field: "TEMPERATURE", value: 1 });
    const post = () => server.http("/v1/devices/dev1/record/", TOKENS.recorder, { method: "POST", body });
    const refused = await post();
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([503, "clock_not_set"]);
    expect(refused.headers.get("Retry-After")).toBe("30");
    clock.set(0);
    await until("the clock is set", async () => (await server.metric("fieldcast_clock_set")) === 1);
    const client = await Raw.login(server.ports.mqtt, { token: TOKENS.device, clientId: "c" });
    expect(await record(client, "5")).toBe(0);
    expect((await post()).status).toBe(200);
    client.reset();
    early.reset();
  }, 60_000);

  test("was of 2036 when the local CA was made: the next start makes another, and says so", async () => {
    const { server, clock } = await place(TEN_YEARS);
    const valid = () => Date.parse(new X509Certificate(readFileSync(server.caFile)).validFrom);
    expect(valid()).toBeGreaterThan(Date.now());
    await server.kill9(); // what waits until a time of the shim's clock would wait for ten years
    clock.set(0);
    await server.restart();
    expect(valid()).toBeLessThan(Date.now());
    expect(server.log()).toContain("made a new local CA");
    const client = await Raw.login(server.ports.mqtts, { token: TOKENS.device, clientId: "c" }, server.caFile);
    client.reset();
  }, 60_000);
});
