import { afterAll, beforeAll, describe, expect, test } from "bun:test";
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
