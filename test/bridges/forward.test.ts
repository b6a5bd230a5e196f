import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import mqtt from "mqtt";
import { type JsClient, mqttJs } from "../run/clients.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { Line, Remote } from "./remote.ts";
import { ADMIN, BRIDGED, Bridges, FLAGS, forward } from "./rig.ts";

/** Free topics that are forwarded between our broker and Debian's Mosquitto. */

let server: TestServer;
let bridges: Bridges;
let remote: Remote;
let line: Line;
let here: JsClient;
let there: JsClient;
let broker: number;
beforeAll(async () => {
  [server, remote] = await Promise.all([startServer({ fleet: BRIDGED, flags: FLAGS }), new Remote().start()]);
  bridges = new Bridges(server);
  line = await new Line(remote.port).start();
  broker = await bridges.make(
    "plant",
    [line.url],
    [
      forward("home/#", "both", { remote_prefix: "site7/" }),
      forward("up/#", "out", { qos: 2 }),
      forward("down/#", "in", { qos: 2, local_prefix: "from/" }),
    ],
  );
  await bridges.becomes(broker, "connected");
  here = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, ADMIN);
  there = await mqttJs(remote.url, "x");
  await here.client.subscribeAsync("#", { qos: 2 });
  await there.client.subscribeAsync("#", { qos: 2 });
}, 60_000);
afterAll(async () => {
  await Promise.all([here?.end(), there?.end()]);
  line?.stop();
  await remote?.remove();
  if (process.env.SHOW) console.log(server?.log().slice(-3000));
  await server?.remove();
});
const texts = (one: JsClient) => one.messages.map(({ topic, payload }) => `${topic} ${payload}`);

describe("forwarding", () => {
  test("takes topics there and back with their prefixes, and nothing comes back that went out", async () => {
    await here.client.publishAsync("home/a", "1", { qos: 1 });
    await there.client.publishAsync("site7/home/b", "2", { qos: 1 });
    await here.client.publishAsync("up/x", "3", { qos: 2 });
    await there.client.publishAsync("down/y", "4", { qos: 2 });
    await here.client.publishAsync("other/z", "5", { qos: 1 });
    await until(
      "all came",
      () =>
        texts(there).includes("up/x 3") &&
        texts(here).includes("from/down/y 4") &&
        texts(here).includes("home/b 2") &&
        texts(there).includes("site7/home/a 1"),
    );
    await here.client.publishAsync("home/last", "", { qos: 1 });
    await until("the last came", () => texts(there).includes("site7/home/last "));
    expect(texts(here).filter((one) => one.startsWith("home/a"))).toEqual(["home/a 1"]);
    expect(texts(there).filter((one) => one.startsWith("site7/home/b"))).toEqual(["site7/home/b 2"]);
    expect(texts(there).filter((one) => one.includes("other"))).toEqual([]);
  });
});

test("properties go along, and what is left of the time", async () => {
  const far = await mqtt.connectAsync(remote.url, { protocolVersion: 5 });
  const { promise, resolve } = Promise.withResolvers<unknown>();
  far.on("message", (_, __, { properties }) => resolve({ ...properties }));
  await far.subscribeAsync("up/props");
  const near = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`, {
    username: ADMIN,
    password: ADMIN,
    protocolVersion: 5,
  });
  const properties = { contentType: "text/plain", messageExpiryInterval: 100, userProperties: { a: "b" } };
  await near.publishAsync("up/props", "x", { qos: 1, properties });
  const told = (await promise) as {
    contentType: string;
    messageExpiryInterval: number;
    userProperties: Record<string, string>;
  };
  expect(told).toMatchObject({
    contentType: "text/plain",
    userProperties: { a: "b", "fieldcast-hops": expect.stringMatching(/^1 [0-9a-f-]{36}$/) },
  });
  expect(told.messageExpiryInterval).toBeWithin(90, 101);
  await Promise.all([far.endAsync(), near.endAsync()]);
});

describe("retained messages", () => {
  const kept = async (url: string, token: string, filter: string): Promise<Record<string, string>> => {
    const client = await mqttJs(url, token);
    const found: Record<string, string> = {};
    client.client.on("message", (topic, payload, { retain }) => {
      if (retain) found[topic] = payload.toString();
    });
    await client.client.subscribeAsync(filter, { qos: 1 });
    // what is kept is sent before what is published behind it; what is not yet there is asked for again
    await client.client.subscribeAsync("mark/end");
    await client.client.publishAsync("mark/end", "x", { qos: 1 });
    await until("the mark came", () => client.messages.some(({ topic }) => topic === "mark/end"));
    await client.end();
    return found;
  };
  const ours = (filter = "home/kept/#") => kept(`mqtt://127.0.0.1:${server.ports.mqtt}`, ADMIN, filter);
  const theirs = (filter = "site7/home/kept/#") => kept(remote.url, "x", filter);
  const put = (one: JsClient, topic: string, payload: string, qos: 0 | 1 = 1) =>
    one.client.publishAsync(topic, payload, { qos, retain: true });

  test("are the same on both sides, also what was set and deleted while the line was cut", async () => {
    for (const name of ["a", "b", "c", "d"]) await put(here, `home/kept/${name}`, `here ${name}`);
    for (const name of ["e", "f", "g"]) await put(there, `site7/home/kept/${name}`, `there ${name}`);
    const same = async () => {
      const [mine, other] = [await ours(), await theirs()];
      const named = Object.fromEntries(
        Object.entries(other).map(([topic, value]) => [topic.slice("site7/".length), value]),
      );
      return JSON.stringify(Object.entries(mine).sort()) === JSON.stringify(Object.entries(named).sort()) ? mine : null;
    };
    await until("both have all", async () => Object.keys((await same()) ?? {}).length === 7);
    line.mute(true);
    line.cut();
    await put(here, "home/kept/a", "");
    await put(here, "home/kept/b", "here b again");
    await put(there, "site7/home/kept/e", "");
    await put(there, "site7/home/kept/f", "there f again");
    // what no session is told of: QoS 0
    await put(there, "site7/home/kept/c", "", 0);
    await put(there, "site7/home/kept/g", "there g again", 0);
    line.mute(false);
    line.cut();
    const all = await until(
      "both are the same again",
      async () => {
        const one = await same();
        return one !== null && Object.keys(one).length === 4 ? one : null;
      },
      25_000,
    );
    expect(all).toEqual({
      "home/kept/b": "here b again",
      "home/kept/d": "here d",
      "home/kept/f": "there f again",
      "home/kept/g": "there g again",
    });
  }, 60_000);
});

describe("older versions", () => {
  test.each(["3.1.1", "3.1"])("MQTT %s: nothing comes back that went out", async (protocol) => {
    const broker2 = await bridges.make(
      `old ${protocol}`,
      [remote.url],
      [forward(`old${protocol}/#`, protocol === "3.1" ? "out" : "both")],
      { protocol },
    );
    const one = await bridges.becomes(broker2, "connected");
    expect([one.connected_protocol, one.troubles]).toEqual([protocol, []]);
    await here.client.publishAsync(`old${protocol}/a`, "1", { qos: 1 });
    await there.client.publishAsync(`old${protocol}/b`, "2", { qos: 1 });
    await until("it came", () => texts(there).includes(`old${protocol}/a 1`));
    if (protocol === "3.1.1") await until("it came here", () => texts(here).includes(`old${protocol}/b 2`));
    await here.client.publishAsync(`old${protocol}/last`, "3", { qos: 1 });
    await until("the last came", () => texts(there).includes(`old${protocol}/last 3`));
    expect(texts(here).filter((text) => text.startsWith(`old${protocol}/a`))).toHaveLength(1);
    await bridges.ask("DELETE", `/${broker2}`);
  });
  test("3.1 cannot say that we are a bridge: a route both ways is forwarded one way, and says so", async () => {
    const broker2 = await bridges.make("older", [remote.url], [forward("older/#", "both")], { protocol: "3.1" });
    const { troubles } = await bridges.becomes(broker2, "connected");
    expect(troubles).toEqual([{ route: 0, reason: expect.stringContaining("would come back") }]);
    await bridges.ask("DELETE", `/${broker2}`);
  });
});

describe("a ring of three brokers", () => {
  test("settles: ours, and two Mosquittos that are a bridge of each other", async () => {
    const second = await new Remote([
      "connection ring",
      `address 127.0.0.1:${remote.port}`,
      "bridge_protocol_version mqttv50",
      "topic ring/# both 1",
      "notifications false",
    ]).start();
    const far = await mqttJs(second.url, "x");
    try {
      const more = await bridges.make("second", [second.url], [forward("ring/#", "both")], { hops: 5 });
      await bridges.change(broker, {
        hops: 5,
        routes: [
          forward("home/#", "both", { remote_prefix: "site7/" }),
          forward("up/#", "out", { qos: 2 }),
          forward("down/#", "in", { qos: 2, local_prefix: "from/" }),
          forward("ring/#", "both"),
        ],
      });
      await bridges.becomes(broker, "connected");
      await bridges.becomes(more, "connected");
      await far.client.subscribeAsync("ring/#", { qos: 1 });
      await until("the Mosquittos are joined", async () => {
        await there.client.publishAsync("ring/joined", "x", { qos: 1 });
        return texts(far).includes("ring/joined x");
      });
      const count = (one: JsClient, text: string) => texts(one).filter((each) => each === text).length;
      for (const [from, name] of [
        [here, "ours"],
        [there, "first"],
        [far, "second"],
      ] as const) {
        await from.client.publishAsync("ring/t", name, { qos: 1 });
        await until("all have it", () => [here, there, far].every((one) => count(one, `ring/t ${name}`) > 0));
      }
      // what went round would go on doing so: marks go round behind it
      for (let mark = 0; mark < 20; mark++) {
        await there.client.publishAsync("ring/mark", String(mark), { qos: 1 });
        await until("the mark is everywhere", () =>
          [here, there, far].every((one) => count(one, `ring/mark ${mark}`) > 0),
        );
      }
      for (const name of ["ours", "first", "second"])
        for (const one of [here, there, far]) expect(count(one, `ring/t ${name}`)).toBeLessThanOrEqual(3);
      await bridges.ask("DELETE", `/${more}`);
    } finally {
      await far.end();
      await second.remove();
    }
  }, 60_000);
});
