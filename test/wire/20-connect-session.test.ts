import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { TOKENS } from "../run/fleet.ts";
import { Raw, type Wish } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

const raw = () => Raw.open(server.ports.mqtt);
const login = (wish: Wish = {}) => Raw.login(server.ports.mqtt, { token: TOKENS.device, ...wish });

describe("20: sessions at the login", () => {
  const present = async (wish: Wish): Promise<boolean> => {
    const client = await raw();
    const { sessionPresent, reasonCode } = await client.connect({ token: TOKENS.device, ...wish });
    expect(reasonCode).toBe(0);
    await client.leave();
    return sessionPresent;
  };
  test("v5: Clean Start decides what goes on, the expiry what stays [MQTT-3.1.2-4] [MQTT-3.1.2-5] [MQTT-3.1.2-6] [MQTT-3.1.4-4] [MQTT-3.2.2-2] [MQTT-3.2.2-3] [MQTT-3.1.2-23]", async () => {
    const expiry = (sessionExpiryInterval: number) => ({ properties: { sessionExpiryInterval } });
    const at = (cleanStart: boolean, seconds: number) =>
      present({ clientId: "s5", cleanStart, ...(seconds > 0 ? expiry(seconds) : {}) });
    expect(await at(false, 100)).toBe(false); // there is none yet
    expect(await at(false, 100)).toBe(true);
    expect(await at(true, 100)).toBe(false); // discarded
    expect(await at(false, 0)).toBe(true); // the new one; it ends with this connection
    expect(await at(false, 0)).toBe(false);
    expect(await at(false, 0xffff_ffff)).toBe(false);
    expect(await at(false, 0xffff_ffff)).toBe(true);
    expect(await at(true, 0)).toBe(false);
  });
  test("v3.1.1: CleanSession decides both [MQTT3-3.1.2-4] [MQTT3-3.1.2-6]", async () => {
    const at = (cleanStart: boolean) => present({ version: 4, clientId: "s4", cleanStart });
    expect(await at(false)).toBe(false);
    expect(await at(false)).toBe(true);
    expect(await at(true)).toBe(false);
    expect(await at(false)).toBe(false); // a clean session left nothing
  });
  test("a refusal says that there is none, though there is one [MQTT-3.2.2-6]", async () => {
    await present({ clientId: "kept", cleanStart: false, properties: { sessionExpiryInterval: 100 } });
    const client = await raw();
    const connack = await client.connect({ token: TOKENS.expired, clientId: "kept", cleanStart: false });
    expect([connack.reasonCode, connack.sessionPresent]).toEqual([0x87, false]);
    await client.ended();
  });
  test("the session is its client's: the same identifier brings back its subscriptions, another does not [MQTT-3.1.3-2]", async () => {
    const wish = (clientId: string) => ({ clientId, cleanStart: false, properties: { sessionExpiryInterval: 100 } });
    const one = await login(wish("one"));
    await one.subscribe("dtck/my-product/dev11/STEPS", 1);
    await one.leave();
    const two = await login(wish("two"));
    const back = await login(wish("one"));
    const other = await login();
    await other.record("dtck-pub/my-product/dev11/STEPS", "1");
    expect(await back.heard("1")).toEqual(["dtck/my-product/dev11/STEPS 1"]);
    expect(await two.drain()).toEqual([]);
    await other.leave();
    await Promise.all([two.leave(), back.leave()]);
  });
  test("CONNACK tells the expiry that is granted when it is another one than wished", async () => {
    for (const [wished, told] of [
      [0xffff_ffff, 604_800],
      [604_801, 604_800],
      [604_800, undefined],
      [10, undefined],
    ] as const) {
      const client = await raw();
      const wish = { clientId: "exp", properties: { sessionExpiryInterval: wished } };
      const { properties } = await client.connect({ token: TOKENS.device, ...wish });
      expect(properties?.sessionExpiryInterval).toBe(told as number);
      client.send({ type: "disconnect", reasonCode: 0, properties: { sessionExpiryInterval: 0 } });
      await client.ended();
    }
  });
});
