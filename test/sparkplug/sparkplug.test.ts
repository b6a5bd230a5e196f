import { afterAll, beforeAll, expect, test } from "bun:test";
import { mqttJs } from "../run/clients.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { codec, Peer, type PeerMetric } from "./peer.ts";

/** fieldcast as a host application of Sparkplug B, with an edge node by others over real sockets (docs/sparkplug.md). */

const SCADA = "5c".repeat(20);
const EDGE = "ed".repeat(20);
const ADMIN = "ad".repeat(20);
const FLEET = `workspaces:
  - slug: acme
    products:
      - { slug: boilers, creates_devices: 20, creates_fields: 50 }
      - { slug: pumps, creates_devices: 20, creates_fields: 50 }
      - { slug: careful, fields: [{ id: KNOWN, type: NUMERIC }] }
    api_users:
      - name: scada
        token: ${SCADA}
        rights:
          - { devices: all, can: [view, record_measurements] }
          - { free_topics: ["spBv1.0/#"], can: [publish, subscribe] }
      - name: edge
        token: ${EDGE}
        rights: [{ free_topics: ["spBv1.0/#"], can: [publish, subscribe] }]
    sparkplug:
      host: fieldcast
      account: scada
      reorder: 300
      products:
        - { nodes: "plant-1/+/pump-1", product: pumps }
        - { nodes: "plant-1/careful/#", product: careful }
        - { nodes: "plant-1/#", product: boilers }
users: [{ email: admin@example.com, token: ${ADMIN}, workspaces: { acme: admin } }]
`;
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ fleet: FLEET, flags: ["--free-topics"] });
});
afterAll(() => server?.remove());

interface Node {
  readonly node: string;
  readonly online: boolean;
  readonly device: string | null;
  readonly metrics: number;
  readonly gaps: number | null;
  readonly rebirths: number | null;
  readonly last_asked: string | null;
}
async function api(path: string): Promise<Record<string, unknown>> {
  const answer = await server.http(`/api/v1/${path}`, ADMIN);
  return (await answer.json()) as Record<string, unknown>; // an object, as every operation answers
}
async function nodeAt(path: string): Promise<Node | undefined> {
  const { items } = await api("workspaces/acme/sparkplug/nodes");
  return (items as readonly Node[] | undefined)?.find(({ node }) => node === path);
}
const online = (path: string) => until(`${path} is online`, async () => (await nodeAt(path))?.online === true);
const offline = (path: string) => until(`${path} is offline`, async () => (await nodeAt(path))?.online === false);
/** The device of a node, by its serial. */
async function deviceOf(product: string, serial: string): Promise<Record<string, unknown>> {
  return api(`products/${product}/devices/${encodeURIComponent(serial)}`);
}
/** Current values by field. */
async function values(product: string, serial: string): Promise<Record<string, unknown>> {
  const { values } = await api(`products/${product}/devices/${encodeURIComponent(serial)}/values`);
  const list = (values ?? []) as readonly { readonly field: string; readonly value: unknown }[];
  return Object.fromEntries(list.flatMap(({ field, value }) => (value === null ? [] : [[field, value]])));
}
const isNow = (serial: string, field: string, value: unknown, product = "boilers") =>
  until(`${field} of ${serial} is ${value}`, async () => (await values(product, serial))[field] === value);
const T0 = 1_790_000_000_000;
const temperature = (value: number, at: number): PeerMetric => ({
  alias: 7,
  type: "Double",
  value,
  timestamp: T0 + at,
});
/** A birth with a temperature under the alias 7. */
const warm =
  (value = 61.5, at = 0) =>
  (peer: Peer) =>
    peer.birth({ name: "Temperature", ...temperature(value, at) });
const connect = (name: string, birth: (peer: Peer) => void, bdSeq = 0) =>
  Peer.connect(server.ports.mqtt, EDGE, name, birth, bdSeq);

test("a birth makes devices and fields with types, units and names; data by alias are recorded with their times", async () => {
  const peer = await connect("first", (one) => {
    const properties = { engUnit: { type: "String", value: "°C" } };
    one.birth(
      { name: "Boiler/Temperature", alias: 7, type: "Double", value: 61.5, timestamp: T0, properties },
      { name: "Running", alias: 8, type: "Boolean", value: true },
    );
    one.deviceBirth("pump-1", { name: "rpm", alias: 9, type: "Int32", value: -3, timestamp: T0 });
  });
  await online("plant-1/first");
  await isNow("plant-1:first", "BOILER_TEMPERATURE", 61.5);
  await isNow("plant-1:first:pump-1", "RPM", -3, "pumps");
  // what serves the session is no value
  expect(Object.keys(await values("boilers", "plant-1:first"))).toEqual(["BOILER_TEMPERATURE", "RUNNING"]);
  expect(await api("products/boilers/fields/BOILER_TEMPERATURE")).toMatchObject({
    name: "Boiler/Temperature",
    type: "NUMERIC",
    unit: "°C",
  });
  expect(await deviceOf("pumps", "plant-1:first:pump-1")).toMatchObject({
    name: "plant-1/first/pump-1",
    connected: true,
  });
  peer.data(temperature(62, 1000));
  peer.deviceData("pump-1", { alias: 9, type: "Int32", value: 1500, timestamp: T0 + 2000 });
  await isNow("plant-1:first:pump-1", "RPM", 1500, "pumps");
  await isNow("plant-1:first", "BOILER_TEMPERATURE", 62);
  const device = String((await deviceOf("boilers", "plant-1:first")).id);
  expect((await server.history(ADMIN, device, "BOILER_TEMPERATURE")).map((row) => row.BOILER_TEMPERATURE)).toEqual([
    61.5, 62,
  ]);
  // tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-offline
  peer.deviceDeath("pump-1");
  await offline("plant-1/first/pump-1");
  expect(await nodeAt("plant-1/first")).toMatchObject({ online: true, gaps: 0, rebirths: 0 });
  peer.stop();
  await offline("plant-1/first");
  await until(
    "the device is offline, too",
    async () => (await deviceOf("boilers", "plant-1:first")).connected === false,
  );
});

test("tck-id-operational-behavior-edge-node-termination-host-action-ndeath-devices-offline: a connection that breaks takes node and devices along", async () => {
  const peer = await connect("broken", (one) => {
    warm()(one);
    one.deviceBirth("pump-1", { name: "rpm", type: "Int32", value: 1 });
  });
  await online("plant-1/broken/pump-1");
  peer.cut();
  await offline("plant-1/broken");
  await offline("plant-1/broken/pump-1");
  await until(
    "its device is not connected",
    async () => (await deviceOf("pumps", "plant-1:broken:pump-1")).connected === false,
  );
});

test("tck-id-operational-behavior-host-reordering-rebirth: a gap that is not closed in time makes the host ask for a birth, and no value is lost", async () => {
  const peer = await connect("gap", warm());
  await online("plant-1/gap");
  peer.skip();
  peer.data(temperature(70, 1000));
  await until("its birth was asked for", () => peer.births === 2);
  // tck-id-operational-behavior-data-commands-ncmd-rebirth-name, …-value; tck-id-payloads-ncmd-seq
  expect(peer.commands).toMatchObject([{ device: null, metrics: [{ name: "Node Control/Rebirth", value: true }] }]);
  await isNow("plant-1:gap", "TEMPERATURE", 70);
  peer.data(temperature(71, 2000));
  await isNow("plant-1:gap", "TEMPERATURE", 71);
  expect(await nodeAt("plant-1/gap")).toMatchObject({
    online: true,
    gaps: 1,
    rebirths: 1,
    last_asked: "a message is missing",
  });
  expect(peer.births).toBe(2);
  peer.stop();
  await offline("plant-1/gap");
});

test("a historical value is stored at its time and never current, a transient one and null are not stored", async () => {
  const peer = await connect("history", warm(50, 0));
  await isNow("plant-1:history", "TEMPERATURE", 50);
  peer.data(
    { ...temperature(99, 60_000), isHistorical: true },
    { name: "Fleeting", type: "Int32", value: 1, isTransient: true },
  );
  peer.data({ name: "Done", type: "Boolean", value: true });
  await isNow("plant-1:history", "DONE", true);
  expect(await values("boilers", "plant-1:history")).toEqual({ TEMPERATURE: 50, DONE: true });
  const device = String((await deviceOf("boilers", "plant-1:history")).id);
  expect((await server.history(ADMIN, device, "TEMPERATURE")).map((row) => row.TEMPERATURE)).toEqual([50, 99]);
  peer.stop();
});

test("where devices and fields are not made by themselves they are suggested, and what is there is recorded", async () => {
  const birth = (one: Peer) =>
    one.birth({ name: "Known", type: "Double", value: 1 }, { name: "New/One", type: "Int16", value: 2 });
  const peer = await connect("careful", birth);
  const suggested = async () => (await api("products/careful/suggestions")).items as readonly Record<string, unknown>[];
  await until("the device is suggested", async () => (await suggested()).some(({ kind }) => kind === "device"));
  expect(await suggested()).toMatchObject([{ kind: "device", name: "plant-1:careful" }]);
  await server.operation("suggestionCreate", { product: "careful", names: ["plant-1:careful"] }).catch(async () => {
    // the command's own way
    expect(await server.cli("suggestion", "create", "careful", "plant-1:careful")).toMatchObject({ code: 0 });
  });
  expect(await server.cli("sparkplug", "rebirth", "plant-1/careful")).toMatchObject({ code: 0 });
  await until("it was born again", () => peer.births === 2);
  await isNow("plant-1:careful", "KNOWN", 1, "careful");
  await until("the field is suggested", async () => (await suggested()).some(({ name }) => name === "NEW_ONE"));
  expect(await suggested()).toContainEqual(expect.objectContaining({ kind: "field", name: "NEW_ONE", type: "INT" }));
  peer.stop();
});

test("tck-id-host-topic-phid-birth-payload: its STATE is retained, JSON, at QoS 1; another's death of it is answered; off says offline", async () => {
  const js = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, EDGE);
  const heard: { readonly payload: Record<string, unknown>; readonly qos: number; readonly retain: boolean }[] = [];
  js.client.on("message", (_, payload, { qos, retain }) =>
    heard.push({ payload: JSON.parse(payload.toString()) as Record<string, unknown>, qos, retain }),
  );
  const topic = "spBv1.0/STATE/fieldcast";
  await js.client.subscribeAsync(topic, { qos: 1 });
  await until("its state", () => heard.length === 1);
  const state = (is: boolean) => ({ online: is, timestamp: expect.any(Number) });
  expect(heard).toEqual([{ payload: state(true), qos: 1, retain: true }]);
  await js.client.publishAsync(topic, '{"online":false,"timestamp":1}', { qos: 1, retain: true });
  await until("its answer", () => heard.length === 3);
  expect(heard[2]?.payload).toEqual(state(true));
  expect(await server.cli("sparkplug", "off")).toMatchObject({ code: 0 });
  await until("its death", () => heard.length === 4);
  expect(heard[3]?.payload).toEqual(state(false));
  expect(await server.cli("sparkplug", "on")).toMatchObject({ code: 0 });
  await until("its birth", () => heard.length === 5);
  // tck-id-operational-behavior-host-application-termination
  await js.end();
  expect((await server.cli("sparkplug", "show")).out).toContain("online");
});

test("tck-id-operational-behavior-data-commands-dcmd-verb: downlinks write metrics by NCMD and DCMD, with their types; what does not fit is refused", async () => {
  const birth = (one: Peer) => {
    one.birth(
      { name: "Setpoint", alias: 3, type: "Float", value: 20 },
      { name: "Mode", type: "String", value: "auto" },
    );
    one.deviceBirth("pump-1", { name: "rpm", type: "Int16", value: 1 });
  };
  const peer = await connect("told", birth);
  await isNow("plant-1:told", "SETPOINT", 20);
  await isNow("plant-1:told:pump-1", "RPM", 1, "pumps");
  await server.apply(`workspaces: [{ slug: acme, products: [
    { slug: boilers, downlinks: [
      { name: set, sent_by: sparkplug, encoder: "function Encoder(device, measurements) { return { SETPOINT: 21.5, Mode: 'eco' }; }" },
      { name: wrong, sent_by: sparkplug, text: warm, target: SETPOINT }] },
    { slug: pumps, downlinks: [{ name: speed, sent_by: sparkplug, text: "1500", target: RPM }] }] }]`);
  const send = async (product: string, serial: string, name: string) =>
    expect(await server.cli("downlink", "send", product, serial, name)).toMatchObject({ code: 0 });
  await send("boilers", "plant-1:told", "set");
  await until("the node was told", () => peer.commands.length === 1);
  expect(peer.commands[0]?.device).toBeNull();
  const [setpoint, mode] = peer.commands[0]?.metrics ?? [];
  expect([Number(setpoint?.alias), setpoint?.type, setpoint?.value]).toEqual([3, "Float", 21.5]);
  expect([mode?.name, mode?.type, mode?.value]).toEqual(["Mode", "String", "eco"]);
  await send("pumps", "plant-1:told:pump-1", "speed");
  await until("the device was told", () => peer.commands.length === 2);
  expect(peer.commands[1]).toMatchObject({ device: "pump-1", metrics: [{ name: "rpm", type: "Int16", value: 1500 }] });
  await send("boilers", "plant-1:told", "wrong");
  const became = await until("it is refused", async () => {
    const { items } = await api("products/boilers/devices/plant-1:told/downlinks");
    return (items as readonly Record<string, unknown>[]).find(({ state }) => state === "failed");
  });
  expect(became.written).toEqual([{ field: "SETPOINT", value: "warm" }]);
  expect(JSON.stringify(became.steps)).toContain("the metric is of type Float: give a number");
  peer.stop();
});

test("payloads that the other implementation compresses are read, and what is none is passed over", async () => {
  const peer = await connect("packed", warm());
  await isNow("plant-1:packed", "TEMPERATURE", 61.5);
  peer.client.publishNodeData({ timestamp: Date.now(), metrics: [temperature(63, 1000)] }, { compress: true });
  await isNow("plant-1:packed", "TEMPERATURE", 63);
  peer.client.client.publish("spBv1.0/plant-1/NDATA/packed", Buffer.from("no payload"), { qos: 0 });
  peer.data(temperature(64, 2000));
  await isNow("plant-1:packed", "TEMPERATURE", 64);
  await until("it is said in the log", () => server.log().includes("cannot be read"));
  peer.stop();
  expect(codec.decodePayload(codec.encodePayload({ timestamp: 1, metrics: [], seq: 3 })).seq).toBeDefined();
});

test("over a SIGKILL nothing that was acknowledged is lost: state, aliases and presence are what they were, and the STATE is told anew", async () => {
  const topic = (type: string) => `spBv1.0/plant-1/${type}/killed`;
  const bytes = (seq: number | undefined, metrics: PeerMetric[]) =>
    Buffer.from(codec.encodePayload({ timestamp: Date.now(), metrics, ...(seq !== undefined && { seq }) }));
  // as a bridge brings it: at QoS 1, and not gone when the server is
  let js = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, EDGE);
  const session: PeerMetric = { name: "bdSeq", type: "UInt64", value: 4 };
  await js.client.publishAsync(topic("NBIRTH"), bytes(0, [session, { name: "T", ...temperature(1, 0) }]), { qos: 1 });
  for (let n = 1; n <= 20; n++)
    await js.client.publishAsync(topic("NDATA"), bytes(n, [temperature(n + 1, n * 1000)]), { qos: 1 });
  await server.kill9();
  await js.end();
  await server.start();
  await isNow("plant-1:killed", "T", 21);
  const device = await deviceOf("boilers", "plant-1:killed");
  expect((await server.history(ADMIN, String(device.id), "T")).map(({ T }) => T)).toEqual(
    Array.from({ length: 21 }, (_, n) => n + 1),
  );
  js = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, EDGE);
  await js.client.publishAsync(topic("NDATA"), bytes(21, [temperature(22, 21_000)]), { qos: 1 });
  await isNow("plant-1:killed", "T", 22);
  expect(await nodeAt("plant-1/killed")).toMatchObject({ online: true, rebirths: 0, gaps: 0 });
  expect((await deviceOf("boilers", "plant-1:killed")).connected).toBe(true);
  // the death of another session is none; its own is
  await js.client.publishAsync(topic("NDEATH"), bytes(undefined, [{ ...session, value: 3 }]), { qos: 1 });
  await js.client.publishAsync(topic("NDATA"), bytes(22, [temperature(23, 22_000)]), { qos: 1 });
  await isNow("plant-1:killed", "T", 23);
  expect(await nodeAt("plant-1/killed")).toMatchObject({ online: true });
  await js.client.publishAsync(topic("NDEATH"), bytes(undefined, [session]), { qos: 1 });
  await offline("plant-1/killed");
  expect(await server.cli("sparkplug", "forget", "plant-1/killed")).toMatchObject({ code: 0 });
  expect(await nodeAt("plant-1/killed")).toBeUndefined();
  await js.end();
});

test("tck-id-conformance-mqtt-will-messages: a server that is killed publishes the death of who was connected when it is back", async () => {
  const will = {
    topic: "spBv1.0/plant-1/NDEATH/willed",
    payload: Buffer.from(codec.encodePayload({ timestamp: 1, metrics: [{ name: "bdSeq", type: "UInt64", value: 9 }] })),
    qos: 1,
    retain: false,
  } as const;
  const js = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, EDGE, undefined, { will, protocolVersion: 4 });
  const birth = codec.encodePayload({ timestamp: 1, seq: 0, metrics: [{ name: "bdSeq", type: "UInt64", value: 9 }] });
  await js.client.publishAsync("spBv1.0/plant-1/NBIRTH/willed", Buffer.from(birth), { qos: 0 });
  await online("plant-1/willed");
  await until("that is stored", async () => (await deviceOf("boilers", "plant-1:willed")).connected === true);
  await server.kill9();
  await js.end();
  await server.start();
  await offline("plant-1/willed");
});
