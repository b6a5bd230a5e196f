import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type JsClient, mqttJs } from "../run/clients.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { Line, Remote } from "./remote.ts";
import { ADMIN, BRIDGED, Bridges, FLAGS } from "./rig.ts";

/** What a remote sends is measured here: from Debian's Mosquitto through a map to the commit, and back to the acknowledgement. */

let server: TestServer;
let bridges: Bridges;
let remote: Remote;
let line: Line;
let here: JsClient;
let there: JsClient;
const into = (filter: string, map: object, qos = 1) => ({ direction: "in", filter, qos, map });
const READINGS = {
  kind: "fields",
  product: "my-product",
  device: "{{ device }}",
  fields: [{ field: "temperature", path: "$.t" }],
  time: { path: "$.at", format: "milliseconds" },
};
const DECODER = `function Decoder(topic, payload) {
  return [{ device: topicParts.who, field: "temperature", value: Number(payload) }];
}`;

beforeAll(async () => {
  [server, remote] = await Promise.all([startServer({ fleet: BRIDGED, flags: FLAGS }), new Remote().start()]);
  bridges = new Bridges(server);
  line = await new Line(remote.port).start();
  await api("POST", "/products/kept/decoders", { code: DECODER });
  const broker = await bridges.make(
    "plant",
    [line.url],
    [
      into("zigbee2mqtt/#", { kind: "ready", name: "zigbee2mqtt" }),
      into("read/{device}/+", READINGS, 2),
      into("box/{who}", { kind: "decoder", product: "kept" }),
      into("N/#", { kind: "ready", name: "victron" }),
    ],
  );
  await bridges.becomes(broker, "connected");
  here = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, ADMIN);
  there = await mqttJs(remote.url, "x");
  await here.client.subscribeAsync("dtck/#", { qos: 1 });
  await there.client.subscribeAsync("R/#", { qos: 1 });
}, 60_000);
afterAll(async () => {
  await Promise.all([here?.end(), there?.end()]);
  line?.stop();
  await remote?.remove();
  await server?.remove();
});

// biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the test is about
async function api(method: string, path: string, body?: unknown): Promise<any> {
  const init = {
    method,
    headers: { "Content-Type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
  return (await server.http(`/api/v1${path}`, ADMIN, init)).json();
}
const say = (topic: string, payload: unknown, retain = false) =>
  there.client.publishAsync(topic, typeof payload === "string" ? payload : JSON.stringify(payload), { qos: 1, retain });
const heard = (text: string) =>
  until(`${text} came`, () => here.messages.some(({ topic, payload }) => `${topic} ${payload}` === text));

describe("messages of a remote", () => {
  test("are measurements of the devices that they name, with the topic and what became of it for who looks", async () => {
    const device = { friendly_name: "boiler room", ieee_address: "BR-1", type: "EndDevice" };
    await say("zigbee2mqtt/bridge/devices", [device], true);
    await say("zigbee2mqtt/boiler room", { temperature: 61.5, linkquality: 99 });
    await heard("dtck/my-product/6b98a3bb-9ae1-418f-9375-f23091a849cd/TEMPERATURE 61.5");
    const { items } = await until("it is a pass", async () => {
      const found = await api("GET", "/products/my-product/devices/BR-1/passes");
      return found.items.length > 0 ? found : null;
    });
    expect(items[0]).toMatchObject({
      ...{ way: "broker", network: "plant", map: "zigbee2mqtt", topic: "zigbee2mqtt/boiler room" },
      ...{ account: { name: "bridge@acme" }, outcome: "partly_stored", body: '{"temperature":61.5,"linkquality":99}' },
    });
  });

  test("of what is not there are suggestions, which say where they are from and can be created", async () => {
    await say("zigbee2mqtt/new lamp", { temperature: 1 });
    const suggested = await until("it is suggested", async () => {
      const { items } = await api("GET", "/workspaces/acme/suggestions");
      return items.length > 0 ? items : null;
    });
    const origin = { broker: "plant", map: "zigbee2mqtt" };
    expect(suggested).toMatchObject([{ kind: "device", name: "new-lamp", label: "new lamp", origin }]);
    const fields = (await api("GET", "/products/my-product/suggestions")).items;
    expect(fields).toMatchObject([{ kind: "field", name: "LINKQUALITY", unit: "lqi", origin }]);
    const wish = { suggestions: [{ kind: "device", name: "new-lamp" }], product: "my-product" };
    await api("POST", "/workspaces/acme/suggestions/create", wish);
    await say("zigbee2mqtt/new lamp", { temperature: 2 });
    await until("it is stored", () =>
      here.messages.some(({ payload, topic }) => `${payload}` === "2" && topic.endsWith("TEMPERATURE")),
    );
  });

  test("go through the decoder of a product, which knows the parts of the topic; what nobody can read is told", async () => {
    await say("box/box1", "7.25");
    await heard("dtck/kept/box1/TEMPERATURE 7.25");
    await say("zigbee2mqtt/x", "no JSON");
    const { broker } = (await bridges.ask("GET", "")).items[0];
    const events = await until("it is told", async () => {
      const all = await bridges.events(broker);
      return all.some(({ what }) => what === "refused") ? all : null;
    });
    expect(events.find(({ what }) => what === "refused")?.text).toContain("no JSON object");
  });

  test("come because they are asked for, where the remote would fall silent", async () => {
    await say("N/c0619ab4f0e1/system/0/Serial", { value: "c0619ab4f0e1" });
    await until("it is asked", () =>
      there.messages.some(({ topic, payload }) => topic === "R/c0619ab4f0e1/keepalive" && payload.length === 0),
    );
  });

  test("are acknowledged when they are stored, and not before: killed amid them, nothing is lost", async () => {
    const [from, count] = [Date.now() - 3_600_000, 300];
    // ten at a time: Mosquitto takes no more than twenty of QoS 2 before it has answered
    const sent = (async () => {
      for (let i = 0; i < count; i += 10)
        await Promise.all(
          Array.from({ length: 10 }, (_, n) =>
            there.client.publishAsync("read/dev5/t", JSON.stringify({ t: i + n, at: from + i + n }), {
              qos: i % 20 === 0 ? 2 : 1,
            }),
          ),
        );
    })();
    await until("some are stored", async () => (await server.history(ADMIN, "dev5", "TEMPERATURE")).length > 0);
    await server.kill9();
    await sent;
    await server.restart();
    const rows = await until(
      "all are stored",
      async () => {
        const found = await server.history(ADMIN, "dev5", "TEMPERATURE");
        return found.length >= count ? found : null;
      },
      30_000,
    );
    expect(rows.map(({ TEMPERATURE }) => TEMPERATURE)).toEqual(Array.from({ length: count }, (_, i) => i));
    // what a map has learned from what the remote keeps it learns again
    await say("zigbee2mqtt/boiler room", { temperature: 62.5 });
    await until("it is known whose it is", async () =>
      (await server.history(ADMIN, "BR-1", "TEMPERATURE")).some(({ TEMPERATURE }) => TEMPERATURE === 62.5),
    );
  }, 60_000);
});

describe("trying a map", () => {
  test("says over the API and at the command line what would become of a message", async () => {
    const wish = {
      filter: "#",
      map: { kind: "ready", name: "tasmota" },
      topic: "tele/dev3/SENSOR",
      payload: '{"AM2301":{"Temperature":4}}',
    };
    expect(await api("POST", "/workspaces/acme/maps/try", wish)).toMatchObject({
      matches: true,
      problem: null,
      tried: {
        rows: [{ device: "dev3", field: "AM2301_TEMPERATURE", value: 4, fate: "suggested" }],
        new_fields: [{ unit: "°C" }],
      },
    });
    const bad = await api("POST", "/workspaces/acme/maps/try", { ...wish, filter: "a{b}" });
    expect(bad).toMatchObject({ code: "invalid_request", errors: [{ path: "filter", pointer: "/filter" }] });
    const tried = await server.cli(
      "broker",
      "try",
      "box/{who}",
      "--decoder",
      "--product",
      "kept",
      "--workspace",
      "acme",
      "--topic",
      "box/box2",
      "--payload",
      "5",
    );
    expect([tried.code, tried.out]).toEqual([0, expect.stringMatching(/box2\s+TEMPERATURE\s+5\s+stored/)]);
    const maps = await server.cli("broker", "maps");
    expect(maps.out).toContain("zigbee2mqtt/#");
  });
});
