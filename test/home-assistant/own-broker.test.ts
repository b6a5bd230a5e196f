import { afterAll, beforeAll, expect, test } from "bun:test";
import { checkConfig } from "../../src/integrations/home-assistant/schema.testing.ts";
import { login, mosquittoPub, mosquittoSub, mqttJs } from "../run/clients.ts";
import { have } from "../run/have.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { HomeAssistant } from "./client.ts";

/** A Home Assistant on our own broker: devices appear by the rights of its token, and are there until they are not (docs/home-assistant.md). */
const FULL = "f1".repeat(20);
const READER = "f2".repeat(20);
const PART = "f3".repeat(20);
const DEVICE = "f4".repeat(20);
const OWNER = "f5".repeat(20);
const FLEET = `workspaces:
  - slug: home
    products:
      - slug: boiler
        name: Boiler control
        online_timeout: 600
        fields:
          - { id: TEMPERATURE, type: NUMERIC, name: Temperature, unit: "°C", semantic: temperature }
          - { id: SETPOINT, type: NUMERIC, name: Set point, decimals: 1 }
          - { id: PUMP, type: BOOL, name: Pump }
          - { id: NOTE, type: STRING, name: Note }
          - { id: POSITION, type: GEO, name: Position }
        devices:
          - { id: b1, name: Boiler 1, tags: [cellar] }
          - { id: b2, name: Boiler 2 }
      - slug: empty
        devices: [{ id: e1, name: Without fields }]
    api_users:
      - { name: full, token: ${FULL}, home_assistant: homeassistant, grants: [{ devices: all, can: [view, record_measurements] }] }
      - { name: reader, token: ${READER}, home_assistant: ha/disco, grants: [{ devices: all, can: [view] }] }
      - { name: part, token: ${PART}, home_assistant: homeassistant, grants: [{ device_ids: [b1], can: [view] }] }
      - { name: b1, token: ${DEVICE}, grants: [{ device_ids: [boiler/b1], can: [record_measurements] }] }
  - slug: elsewhere
    products: [{ slug: secret, fields: [{ id: A, type: INT }], devices: [{ id: s1, name: Hidden }] }]
users:
  - { email: owner@example.com, token: ${OWNER}, workspaces: { home: owner, elsewhere: owner } }
`;
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ fleet: FLEET });
});
afterAll(() => server.remove());

const api = async (method: string, path: string, body?: object): Promise<void> => {
  const state = method === "PATCH" ? await server.http(`/api/v1/${path}`, OWNER) : null;
  const match = state?.headers.get("etag") ?? "*";
  const answer = await server.http(`/api/v1/${path}`, OWNER, {
    method,
    headers: { "content-type": "application/json", ...(match && { "if-match": match }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
};
const ALL = ["NOTE text", "POSITION device_tracker", "PUMP switch", "SETPOINT number", "TEMPERATURE sensor"];
const READ = ["NOTE sensor", "POSITION device_tracker", "PUMP binary_sensor", "SETPOINT sensor", "TEMPERATURE sensor"];

test("devices appear at the subscription, by the rights of the token", async () => {
  const full = await HomeAssistant.connect(server, FULL);
  await full.shows("Boiler 1", "Boiler 2");
  expect(full.entities("Boiler 1")).toEqual(ALL);
  for (const config of full.configs.values()) expect(checkConfig(config)).toEqual([]);
  const reader = await HomeAssistant.connect(server, READER, "ha/disco");
  await reader.shows("Boiler 1", "Boiler 2");
  expect(reader.entities("Boiler 2")).toEqual(READ);
  expect(JSON.stringify([...reader.configs.values()])).not.toContain("dtck-pub");
  const part = await HomeAssistant.connect(server, PART);
  await part.shows("Boiler 1");
  // a token that is no Home Assistant hears none of it, nor does one of another prefix
  const device = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, DEVICE);
  await expect(device.client.subscribeAsync("homeassistant/#")).rejects.toThrow();
  await reader.js.client.subscribeAsync("homeassistant/#");
  await reader.js.client.subscribeAsync("dtck-errors/#");
  expect(reader.heard.filter(({ topic }) => topic.startsWith("homeassistant/"))).toEqual([]);
  for (const one of [full, reader, part, device]) await one.end();
});

test("a device is made, renamed, given fields and removed while Home Assistant looks on", async () => {
  const full = await HomeAssistant.connect(server, FULL);
  await full.shows("Boiler 1", "Boiler 2");
  await api("POST", "products/boiler/devices", { id: "b3", name: "Boiler 3" });
  await full.shows("Boiler 1", "Boiler 2", "Boiler 3");
  const ids = full.device("Boiler 3")?.dev.ids;
  await api("PATCH", "products/boiler/devices/b3", { name: "Third" });
  expect((await server.cli("device", "rename", "boiler", "b3", "b33")).code).toBe(0);
  await full.shows("Boiler 1", "Boiler 2", "Third");
  await until("the new id", () => (full.entity("Third", "PUMP").cmd_t === "dtck-pub/boiler/b33/PUMP" ? true : null));
  expect(full.device("Third")?.dev.ids).toEqual(ids as string[]);

  await api("POST", "products/boiler/fields", { id: "FAN", type: "BOOL", name: "Fan", unit: null });
  await until("the fan", () => (full.entities("Third").includes("FAN switch") ? true : null));
  await api("PATCH", "products/boiler/fields/FAN", { name: "Blower" });
  await until("its name", () => (full.entity("Third", "FAN").name === "Blower" ? true : null));
  const before = full.heard.length;
  await api("DELETE", "products/boiler/fields/FAN");
  await until("no fan", () =>
    full.device("Third") && !("FAN_switch" in (full.device("Third")?.cmps ?? {})) ? true : null,
  );
  // Home Assistant takes an entity away when it is named with its platform alone
  expect(full.heard.slice(before).some(({ payload }) => payload.includes('"FAN_switch":{"p":"switch"}'))).toBe(true);

  const { topic: there } = { topic: full.device("Third")?.avty_t ?? "" };
  await full.hears(there, "offline");
  await api("DELETE", "products/boiler/devices/b33");
  await full.shows("Boiler 1", "Boiler 2");
  await full.last(there, "");
  await full.end();
});

test("rights that are given and taken are obeyed at once", async () => {
  const part = await HomeAssistant.connect(server, PART);
  await part.shows("Boiler 1");
  const grants = (yaml: string) =>
    server.apply(`workspaces: [{ slug: home, api_users: [{ name: part, grants: [${yaml}] }] }]`);
  await grants("{ devices: all, can: [record_measurements] }");
  await part.shows("Boiler 1", "Boiler 2");
  await until("switches", () => (part.entities("Boiler 1").join() === ALL.join() ? true : null));
  await grants("{ tags: [cellar], can: [view] }");
  await part.shows("Boiler 1");
  await until("sensors", () => (part.entities("Boiler 1").join() === READ.join() ? true : null));
  await api("PATCH", "products/boiler/devices/b1", { tags: [] });
  await part.shows();
  await api("PATCH", "products/boiler/devices/b1", { tags: ["cellar"] });
  await grants("{ device_ids: [b1], can: [view] }");
  await part.shows("Boiler 1");
  await part.end();
});

test("switch, number and text write a measurement that the device hears; what may not be written is refused and told", async () => {
  const full = await HomeAssistant.connect(server, FULL);
  await full.shows("Boiler 1", "Boiler 2");
  const device = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, DEVICE);
  await device.client.subscribeAsync("dtck/boiler/b1/+", { qos: 1 });
  const there = full.device("Boiler 1")?.avty_t ?? "";
  await full.hears(there, "online"); // its own client is connected
  for (const [field, sent, heard] of [
    ["PUMP", "true", "true"],
    ["SETPOINT", "21.5", "21.5"],
    ["NOTE", "hello", "hello"],
  ] as const) {
    const { cmd_t = "", stat_t = "" } = full.entity("Boiler 1", field);
    await full.js.client.publishAsync(cmd_t, sent, { qos: 1 });
    await until(`${field} at the device`, () =>
      device.messages.some(({ topic, payload }) => topic === stat_t && payload === heard) ? true : null,
    );
    await full.hears(stat_t, heard); // also who subscribes later, though the product does not retain
  }
  await device.client.publishAsync("dtck-pub/boiler/b1/POSITION", "(52.5,13.4)", { qos: 1 });
  await full.hears("dtck/boiler/b1/POSITION", "(52.5,13.4)");
  expect(await server.history(OWNER, "b1", "PUMP,SETPOINT,NOTE")).not.toEqual([]);
  const reader = await HomeAssistant.connect(server, READER, "ha/disco");
  await reader.hears("dtck/boiler/b1/PUMP", "true");
  await reader.js.client.subscribeAsync("dtck-errors/#", { qos: 1 });
  await reader.js.client.publishAsync("dtck-pub/boiler/b1/PUMP", "false", { qos: 1 });
  await until("the refusal", () =>
    reader.heard.some(({ payload }) => payload.includes("not_permitted")) ? true : null,
  );
  for (const one of [full, device, reader]) await one.end();
});

test("its birth message brings everything once more", async () => {
  const full = await HomeAssistant.connect(server, FULL);
  await full.shows("Boiler 1", "Boiler 2");
  await full.hears("dtck/boiler/b1/PUMP", "true");
  const before = full.heard.length;
  const since = (end: string) => full.heard.slice(before).filter(({ topic }) => topic.endsWith(end)).length;
  await full.js.client.publishAsync("homeassistant/status", "offline", { qos: 1 });
  await full.js.client.publishAsync("homeassistant/status", "online", { qos: 1 });
  await until("all of it again", () => (since("/config") === 2 && since("/PUMP") === 1 ? true : null));
  await full.end();
});

test("a stop and a SIGKILL change nothing, and what changed meanwhile is found", async () => {
  const told = async (): Promise<string> => {
    const one = await HomeAssistant.connect(server, FULL);
    await one.shows("Boiler 1", "Boiler 2");
    await one.end();
    return JSON.stringify([...one.configs].sort());
  };
  const before = await told();
  await server.restart();
  expect(await told()).toBe(before);
  await server.kill9();
  await server.restart();
  expect(await told()).toBe(before);
  // with a session that waits, what goes while it is away is heard when it comes back
  const options = { clientId: "bridge", clean: false, protocolVersion: 4 } as const;
  const url = `mqtt://127.0.0.1:${server.ports.mqtt}`;
  const away = await mqttJs(url, FULL, undefined, options);
  await away.client.subscribeAsync("homeassistant/#", { qos: 1 });
  await until("its devices", () =>
    away.messages.filter(({ topic }) => topic.endsWith("/config")).length === 2 ? true : null,
  );
  await away.end();
  await api("POST", "products/boiler/devices", { id: "b4", name: "Boiler 4" });
  await api("DELETE", "products/boiler/devices/b4");
  await server.kill9();
  await server.restart();
  const back = await mqttJs(url, FULL, undefined, options);
  await until("the removal", () => (back.messages.at(-1)?.payload === "" ? true : null));
  await back.end();
  expect(await told()).toBe(before);
});

test("switched off everything goes, switched on it comes back, also below another prefix", async () => {
  const full = await HomeAssistant.connect(server, FULL);
  await full.shows("Boiler 1", "Boiler 2");
  const off = await server.cli("api-user", "home-assistant", "full@home", "--off");
  expect([off.code, off.out]).toEqual([
    0,
    "API user full@home is no Home Assistant any more; what was described to it is taken away.\n",
  ]);
  await full.shows();
  await expect(full.js.client.subscribeAsync("homeassistant/#")).rejects.toThrow();
  const other = await server.cli("api-user", "home-assistant", "full@home", "other");
  expect(other.out).toContain("which finds its devices below other");
  const second = await HomeAssistant.connect(server, FULL, "other");
  await second.shows("Boiler 1", "Boiler 2");
  await server.cli("api-user", "home-assistant", "full@home");
  await second.shows();
  await full.shows("Boiler 1", "Boiler 2");
  const wrong = await server.cli("api-user", "home-assistant", "full@home", "dtck");
  expect([wrong.code === 0, wrong.err]).toEqual([false, expect.stringContaining("belong to the platform")]);
  for (const one of [full, second]) await one.end();
});

test("whatever changes, who listens ends with what a newcomer is told", async () => {
  const full = await HomeAssistant.connect(server, FULL);
  await full.shows("Boiler 1", "Boiler 2");
  const grants = [
    "{ devices: all, can: [view] }",
    "{ tags: [x], can: [record_measurements] }",
    "{ devices: all, can: [record_measurements] }",
  ];
  let seed = 7;
  const upTo = (n: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * n);
  };
  const edit = async (): Promise<unknown> => {
    const [one, field] = [`r${upTo(4)}`, `F${upTo(3)}`];
    switch (upTo(6)) {
      case 0:
        return api("POST", "products/boiler/devices", { id: one, name: `Random ${one}`, tags: ["x"] }).catch(() => {});
      case 1:
        return api("PATCH", `products/boiler/devices/${one}`, { name: `Other ${upTo(9)}` }).catch(() => {});
      case 2:
        return api("DELETE", `products/boiler/devices/${one}`).catch(() => {});
      case 3:
        return api("POST", "products/boiler/fields", { id: field, type: "BOOL", name: field, unit: null }).catch(
          () => {},
        );
      case 4:
        return api("DELETE", `products/boiler/fields/${field}`).catch(() => {});
      default:
        return server.apply(
          `workspaces: [{ slug: home, api_users: [{ name: full, grants: [${grants[upTo(grants.length)]}] }] }]`,
        );
    }
  };
  // three at a time: what is told may lag behind what is true
  for (let i = 0; i < 20; i++) await Promise.all([edit(), edit(), edit()]);
  for (const id of ["r0", "r1", "r2", "r3"]) await api("DELETE", `products/boiler/devices/${id}`).catch(() => {});
  for (const id of ["F0", "F1", "F2"]) await api("DELETE", `products/boiler/fields/${id}`).catch(() => {});
  await server.apply(`workspaces: [{ slug: home, api_users: [{ name: full, grants: [${grants[2]}] }] }]`);
  const told = (one: HomeAssistant) => JSON.stringify([...one.configs].sort());
  await full.shows("Boiler 1", "Boiler 2");
  await until("all is as at first", () => full.entities("Boiler 2").join() === ALL.join());
  const fresh = await HomeAssistant.connect(server, FULL);
  await fresh.shows("Boiler 1", "Boiler 2");
  await until("both hold the same", () => told(full) === told(fresh));
  for (const one of [full, fresh]) await one.end();
});

test.skipIf(!have("mosquitto-clients"))("mosquitto's clients see and set the same", async () => {
  const at = login(server.ports.mqtt, FULL);
  const sub = await mosquittoSub(...at, "-t", "homeassistant/device/+/config", "-F", "%r %p", "-C", "2");
  const { out } = await sub.heard;
  const lines = out.trim().split("\n");
  expect(lines.map((line) => [line[0], JSON.parse(line.slice(2)).dev.name]).sort()).toEqual([
    ["1", "Boiler 1"],
    ["1", "Boiler 2"],
  ]);
  const set = await mosquittoSub(...login(server.ports.mqtt, DEVICE), "-t", "dtck/boiler/b1/PUMP", "-C", "1");
  await mosquittoPub(...at, "-q", "1", "-t", "dtck-pub/boiler/b1/PUMP", "-m", "false");
  expect((await set.heard).out).toBe("false\n");
});

test("without room for more retained messages some devices are described, and the log says what to do", async () => {
  const narrow = await startServer({ fleet: FLEET, flags: ["--max-retained-messages", "2"] });
  try {
    await until("the log says so", () => narrow.log().includes("--max-retained-messages"));
    const full = await mqttJs(`mqtt://127.0.0.1:${narrow.ports.mqtt}`, FULL);
    await full.client.publishAsync("dtck-pub/boiler/b1/PUMP", "true", { qos: 1 });
    expect(await narrow.metric("fieldcast_retained_messages")).toBe(2);
    await full.end();
  } finally {
    await narrow.remove();
  }
});
