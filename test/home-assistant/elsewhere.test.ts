import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Remote } from "../bridges/remote.ts";
import { type JsClient, mqttJs } from "../run/clients.ts";
import { have } from "../run/have.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

/** A Home Assistant on a Mosquitto of its own: devices are pushed there by an external broker, as docs/home-assistant.md has it. */
const TOKEN = "f4".repeat(20);
const fleet = (address: string) => {
  const page = readFileSync(join(import.meta.dir, "..", "..", "docs", "home-assistant.md"), "utf8");
  const yaml = /^```yaml\n(workspaces:\n(?:(?!```)[\s\S])*?brokers:[\s\S]*?)^```$/m.exec(page)?.[1];
  if (yaml === undefined) throw new Error("the document has no external broker");
  return yaml
    .replace("mqtt://homeassistant.local:1883", address)
    .replace(/^ +password: .*\n/m, "")
    .replace(/^ +username: .*\n/m, "");
};
const DEVICES = `workspaces:
  - slug: home
    products:
      - slug: boiler
        fields: [{ id: PUMP, type: BOOL, name: Pump }, { id: LEVEL, type: NUMERIC, unit: "%" }]
        devices: [{ id: b1, name: Boiler 1 }]
    api_users: [{ name: b1, token: ${TOKEN}, grants: [{ device_ids: [b1], can: [record_measurements] }] }]
`;

describe.skipIf(!have("mosquitto"))("on a broker elsewhere", () => {
  let server: TestServer;
  let remote: Remote;
  let there: JsClient;
  beforeAll(async () => {
    remote = await new Remote().start();
    server = await startServer({ fleet: DEVICES, flags: ["--allow-outgoing", "127.0.0.0/8"] });
    await server.apply(fleet(remote.url));
    there = await mqttJs(remote.url, "x");
    await there.client.subscribeAsync(["homeassistant/#", "dtck/#"], { qos: 1 });
  }, 60_000);
  afterAll(async () => {
    await there?.end();
    await Promise.all([remote?.remove(), server?.remove()]);
  });
  const names = () => {
    const last = new Map(
      there.messages.filter(({ topic }) => topic.endsWith("/config")).map((m) => [m.topic, m.payload]),
    );
    return [...last.values()].flatMap((text) => (text === "" ? [] : [JSON.parse(text).dev.name])).sort();
  };
  const shows = (...expected: string[]) =>
    until(`the remote has ${expected.join(", ")}`, () => JSON.stringify(names()) === JSON.stringify(expected));

  test("devices are retained there, and what changes follows", async () => {
    await shows("Boiler 1");
    await server.apply(
      "workspaces: [{ slug: home, products: [{ slug: boiler, devices: [{ id: b2, name: Boiler 2 }] }] }]",
    );
    await shows("Boiler 1", "Boiler 2");
    const late = await mqttJs(remote.url, "y");
    await late.client.subscribeAsync("homeassistant/device/+/config", { qos: 1 });
    await until("they are retained", () => late.messages.length === 2);
    await late.end();
  });

  test("values come, and a switch there sets the device here", async () => {
    const device = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, TOKEN);
    await device.client.subscribeAsync("dtck/boiler/b1/PUMP", { qos: 1 });
    await device.client.publishAsync("dtck-pub/boiler/b1/LEVEL", "40", { qos: 1 });
    const heard = (topic: string, payload: string) => () =>
      there.messages.some((one) => one.topic === topic && one.payload === payload);
    await until("the level", heard("dtck/boiler/b1/LEVEL", "40"));
    const config = JSON.parse(there.messages.find(({ payload }) => payload.includes("Boiler 1"))?.payload ?? "{}");
    await there.client.publishAsync(config.cmps.PUMP_switch.cmd_t, "true", { qos: 1 });
    await until("the pump at the device", () => device.messages.some(({ payload }) => payload === "true"));
    await until("the state comes back", heard(config.cmps.PUMP_switch.stat_t, "true"));
    await device.end();
  });

  test("what goes while the remote is away is gone there when it is back", async () => {
    await remote.stop();
    await server.cli("device", "delete", "boiler", "b2", "--yes");
    await server.kill9();
    await server.restart();
    await remote.start();
    await there.end();
    there = await mqttJs(remote.url, "x");
    await there.client.subscribeAsync("homeassistant/#", { qos: 1 });
    // order is kept: what came after the removal is there behind it
    await server.apply(
      "workspaces: [{ slug: home, products: [{ slug: boiler, devices: [{ id: b3, name: Boiler 3 }] }] }]",
    );
    await shows("Boiler 1", "Boiler 3");
  });

  test("switched off, nothing is left there", async () => {
    expect((await server.cli("api-user", "home-assistant", "home assistant@home", "--off")).code).toBe(0);
    await shows();
  });
});
