import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { account } from "../run/account.ts";
import { mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

const NOTE = "dtck-pub/my-product/dev1/NOTE";
const HEAR = "dtck/my-product/dev1/NOTE";
const persistent = { cleanStart: false, properties: { sessionExpiryInterval: 3600 } } as const;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

describe("3: an empty client identifier", () => {
  test("3: v5: the server assigns one and says which; a session can be resumed under it [MQTT-3.1.3-6] [MQTT-3.1.3-7] [MQTT-3.2.2-16]", async () => {
    const raw = await Raw.open(server.ports.mqtt);
    const connack = await raw.connect({ token: TOKENS.device, ...persistent });
    const clientId = connack.properties?.assignedClientIdentifier ?? "";
    expect(clientId).toMatch(/^.{8,64}$/);
    const other = await Raw.open(server.ports.mqtt);
    const second = await other.connect({ token: TOKENS.device });
    expect(second.properties?.assignedClientIdentifier).not.toBe(clientId);
    await raw.subscribe(HEAR, 1);
    await raw.leave();
    await other.record(NOTE, "while away");
    const again = await Raw.open(server.ports.mqtt);
    const third = await again.connect({ token: TOKENS.device, clientId, ...persistent });
    expect(third.sessionPresent).toBe(true);
    expect(third.properties?.assignedClientIdentifier).toBeUndefined();
    expect(await again.heard("while away")).toHaveLength(1);
    await again.leave();
    await other.leave();
  });
  test("3: a client that has one is not given another", async () => {
    const raw = await Raw.open(server.ports.mqtt);
    const connack = await raw.connect({ token: TOKENS.device, clientId: "mine" });
    expect(connack.properties?.assignedClientIdentifier).toBeUndefined();
    await raw.leave();
  });
  test.each([3, 4] as const)(
    "3: version %p: welcome with clean session, refused with code 2 without",
    async (version) => {
      const clean = await Raw.login(server.ports.mqtt, { token: TOKENS.device, version });
      expect(await clean.record(NOTE, "1")).toBe(0);
      await clean.leave();
      const raw = await Raw.open(server.ports.mqtt, undefined, `127.0.1.${version}`);
      expect((await raw.connect({ token: TOKENS.device, version, cleanStart: false })).reasonCode).toBe(2);
      await raw.ended();
    },
  );
  test("3: MQTT.js with an empty one", async () => {
    for (const protocolVersion of [4, 5] as const) {
      const js = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, TOKENS.device, undefined, {
        clientId: "",
        protocolVersion,
      });
      await js.client.publishAsync(NOTE, "1", { qos: 1 });
      await js.end();
    }
  });
});

describe("3: the same identifier twice", () => {
  test("3: of the same principal: the older connection is cut off, v5 with 0x8E; v3 is closed [MQTT-3.1.4-3]", async () => {
    const at = { token: TOKENS.device, clientId: "arduino" };
    const v5 = await Raw.login(server.ports.mqtt, at);
    const v4 = await Raw.login(server.ports.mqtt, { ...at, version: 4 });
    expect((await v5.ended()).at(-1)).toMatchObject({ type: "disconnect", reasonCode: 0x8e });
    const v3 = await Raw.login(server.ports.mqtt, { ...at, version: 3 });
    expect(await v4.ended()).toEqual([]);
    const js = await mqttJs(`ws://127.0.0.1:${server.ports.http}/mqtt`, TOKENS.device, undefined, {
      clientId: "arduino",
    });
    expect(await v3.ended()).toEqual([]);
    const told = new Promise((resolve) => js.client.once("disconnect", (packet) => resolve(packet.reasonCode)));
    const last = await Raw.login(server.ports.mqtts, at, server.caFile);
    expect(await told).toBe(0x8e);
    expect(await last.drain()).toEqual([]);
    await js.end();
    await last.leave();
  });

  test("3: two tokens of one API user are one principal", async () => {
    const user = await account(server, "two tokens", "{ devices: all, can: [view] }");
    const second = (await server.cli("token", "create", "two tokens@acme")).out.trim();
    const one = await Raw.login(server.ports.mqtt, { token: user.token, clientId: "esp32", ...persistent });
    await one.subscribe(HEAR, 1);
    const two = await Raw.open(server.ports.mqtt);
    expect((await two.connect({ token: second, clientId: "esp32", ...persistent })).sessionPresent).toBe(true);
    expect((await one.ended()).at(-1)).toMatchObject({ type: "disconnect", reasonCode: 0x8e });
    await two.leave();
  });

  test("3: two principals with the same identifier never touch each other [MQTT-3.1.3-2]", async () => {
    const at = { clientId: "esp32", ...persistent };
    const one = await Raw.login(server.ports.mqtt, { token: TOKENS.device, ...at });
    await one.subscribe(HEAR, 1);
    const two = await Raw.open(server.ports.mqtt);
    expect((await two.connect({ token: TOKENS.viewer, ...at })).sessionPresent).toBe(false);
    const three = await Raw.open(server.ports.mqtt);
    expect((await three.connect({ token: TOKENS.globex, ...at })).sessionPresent).toBe(false);
    expect(await two.drain()).toEqual([]); // no subscription of the other's
    await one.record(NOTE, "for one");
    expect(await one.heard("for one")).toHaveLength(1);
    expect(await two.drain()).toEqual([]);
    // the end of one's session with a clean start is not the end of the other's
    await one.leave();
    await two.leave();
    const fresh = await Raw.login(server.ports.mqtt, { token: TOKENS.viewer, clientId: "esp32" });
    expect(await three.drain()).toEqual([]);
    await fresh.leave();
    const again = await Raw.open(server.ports.mqtt);
    expect((await again.connect({ token: TOKENS.device, ...at })).sessionPresent).toBe(true);
    await again.leave();
    await three.leave();
  });

  test("3: a thousand logins under one identifier leave one connection", async () => {
    const before = await server.metric("fieldcast_connections");
    const all = await Promise.all(
      Array.from({ length: 1000 }, () => Raw.login(server.ports.mqtt, { token: TOKENS.device, clientId: "crowd" })),
    );
    await until("one connection", async () => (await server.metric("fieldcast_connections")) === before + 1);
    await until("the end of all others", () => all.filter((raw) => !raw.isClosed).length === 1);
    for (const raw of all) if (!raw.isClosed) await raw.leave();
  });
});
