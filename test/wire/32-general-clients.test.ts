import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mosquittoPub, mosquittoSub, mqttJs } from "../run/clients.ts";
import { have, pythonWithPaho } from "../run/have.ts";
import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { startGeneral } from "./general.ts";

// The general-purpose broker of 30 and 31, with the clients that people have.

let server: TestServer;
beforeAll(async () => {
  server = await startGeneral();
});
afterAll(() => server.remove());

const VERSIONS = ["mqttv31", "mqttv311", "mqttv5"] as const;
const at = (version: string) => ["-h", "127.0.0.1", "-p", String(server.ports.mqtt), "-V", version];
const pub = async (version: string, ...args: string[]): Promise<void> => {
  const run = await mosquittoPub(...at(version), ...args);
  expect([run.code, run.err]).toEqual([0, ""]);
};

describe.skipIf(!have("mosquitto-clients")).each(VERSIONS)("32: mosquitto_pub and mosquitto_sub, %s", (version) => {
  const lines = async (sub: { readonly heard: Promise<{ out: string }> }) => (await sub.heard).out.trim().split("\n");
  test("every QoS, wildcards, large payloads", async () => {
    const sub = await mosquittoSub(...at(version), "-q", "2", "-t", `m/${version}/#`, "-F", "%t %q %l", "-C", "3");
    for (const qos of ["0", "1"]) await pub(version, "-q", qos, "-t", `m/${version}/${qos}`, "-m", "x");
    await pub(version, "-q", "2", "-t", `m/${version}/large`, "-m", "x".repeat(100_000));
    expect((await lines(sub)).sort()).toEqual([
      `m/${version}/0 0 1`,
      `m/${version}/1 1 1`,
      `m/${version}/large 2 100000`,
    ]);
  });
  test("retained messages, and their end", async () => {
    const topic = `r/${version}/a`;
    await pub(version, "-q", "1", "-r", "-t", topic, "-m", "kept");
    const sub = await mosquittoSub(...at(version), "-t", `r/${version}/+`, "--retained-only", "-F", "%p %r", "-C", "1");
    expect(await lines(sub)).toEqual(["kept 1"]);
    await pub(version, "-q", "1", "-r", "-n", "-t", topic);
    const none = await mosquittoSub(...at(version), "-t", `r/${version}/+`, "-E");
    expect((await none.heard).out).toBe("");
  });
  test("a will, and messages for who was away", async () => {
    const id = `away-${version}`;
    const away = ["-i", id, "-c", "-q", "1", "-t", `w/${version}`];
    await (await mosquittoSub(...at(version), ...away, "-E")).heard;
    const will = ["--will-topic", `w/${version}`, "--will-payload", "gone", "--will-qos", "1"];
    const dies = await mosquittoSub(...at(version), "-i", `dies-${version}`, "-t", "none", ...will);
    await server.operation("sessionDisconnect", { client: `dies-${version}` });
    dies.stop();
    await dies.heard;
    const back = await mosquittoSub(...at(version), ...away, "-C", "1");
    expect(await lines(back)).toEqual(["gone"]);
  });
});

test.skipIf(!have("mosquitto-clients"))("32: mosquitto_sub 5.0 prints properties as they were published", async () => {
  const format = "%p|%C|%D|%F|%R|%P";
  const sub = await mosquittoSub(...at("mqttv5"), "-q", "1", "-t", "props", "-F", format, "-C", "1");
  const properties = [
    ["content-type", "text/plain"],
    ["correlation-data", "42"],
    ["payload-format-indicator", "1"],
    ["response-topic", "answers"],
    ["user-property", "a", "1"],
    ["user-property", "b", "2"],
  ].flatMap((one) => ["-D", "publish", ...one]);
  await pub("mqttv5", "-q", "1", "-t", "props", "-m", "x", ...properties);
  expect((await sub.heard).out.trim()).toBe("x|text/plain|42|1|answers|a:1 b:2");
});

const PAHO = `
import sys, time, queue
import paho.mqtt.client as mqtt
port = int(sys.argv[1])
class Client:
    def __init__(self, name, protocol, **more):
        self.heard, self.acks = queue.Queue(), queue.Queue()
        session = {} if protocol == mqtt.MQTTv5 else {"clean_session": more.get("clean", True)}
        self.c = mqtt.Client(name, protocol=protocol, **session)
        if "will" in more: self.c.will_set(more["will"], "will", 1)
        self.c.on_connect = lambda *a: self.acks.put(("connack", int(getattr(a[3], "value", a[3]))))
        self.c.on_subscribe = lambda c, u, mid, granted, *r: self.acks.put(("suback", [int(getattr(g, "value", g)) for g in granted]))
        self.c.on_message = lambda c, u, m: self.heard.put((m.topic, m.payload.decode(), m.qos, m.retain))
        self.c.connect("127.0.0.1", port, keepalive=60)
        self.c.loop_start()
        self.expect("connack", 0)
    def expect(self, what, wanted):
        got = self.acks.get(timeout=8)
        assert got == (what, wanted), got
    def subscribe(self, topic, qos, wanted):
        self.c.subscribe(topic, qos); self.expect("suback", [wanted])
    def publish(self, topic, payload, qos=1, retain=False):
        self.c.publish(topic, payload, qos, retain).wait_for_publish(8)
    def hears(self, *wanted):
        got = sorted(self.heard.get(timeout=8) for _ in wanted)
        assert got == sorted(wanted), got
for name, protocol in (("v3", mqtt.MQTTv31), ("v4", mqtt.MQTTv311), ("v5", mqtt.MQTTv5)):
    a, b = Client("a" + name, protocol), Client("b" + name, protocol)
    top = "paho/" + name
    a.subscribe(top + "/+", 2, 2)
    for qos in (0, 1, 2): b.publish(top + "/x", str(qos), qos)
    a.hears(*[(top + "/x", str(qos), qos, False) for qos in (0, 1, 2)])
    b.publish(top + "/kept", "r", 1, True)
    a.hears((top + "/kept", "r", 1, False))
    c = Client("c" + name, protocol, will=top + "/will")
    c.subscribe(top + "/#", 1, 1)
    c.hears((top + "/kept", "r", 1, True))
    b.publish(top + "/kept", "", 1, True)
    a.hears((top + "/kept", "", 1, False))
    if protocol != mqtt.MQTTv31: a.subscribe("test/nosubscribe", 1, 0x80 if protocol == mqtt.MQTTv311 else 0x87)
    c.c.loop_stop(); c.c._sock_close()
    a.hears((top + "/will", "will", 1, False))
    for one in (a, b): one.c.disconnect(); one.c.loop_stop()
    print("ok", name)
`;

test.skipIf(!have("paho"))("32: paho, in every version", async () => {
  const child = Bun.spawn([pythonWithPaho() ?? "", "-W", "ignore", "-c", PAHO, String(server.ports.mqtt)], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 50_000,
    killSignal: "SIGKILL",
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect([err, out]).toEqual(["", "ok v3\nok v4\nok v5\n"]);
});

test("32: MQTT.js, both versions, with a retained message", async () => {
  const url = `mqtt://127.0.0.1:${server.ports.mqtt}`;
  for (const protocolVersion of [4, 5] as const) {
    const options = { protocolVersion, username: undefined, password: undefined } as object;
    const [one, two] = [await mqttJs(url, "", undefined, options), await mqttJs(url, "", undefined, options)];
    await one.client.publishAsync(`js/${protocolVersion}`, "kept", { qos: 2, retain: true });
    await two.client.subscribeAsync(`js/${protocolVersion}`, { qos: 2 });
    await until("the message", () => two.messages.length === 1);
    expect(two.messages).toEqual([{ topic: `js/${protocolVersion}`, payload: "kept" }]);
    await one.client.publishAsync(`js/${protocolVersion}`, "", { qos: 1, retain: true });
    await Promise.all([one.end(), two.end()]);
  }
});
