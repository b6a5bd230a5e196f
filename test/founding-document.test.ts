import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { login, mosquittoPub, mosquittoSub } from "./run/clients.ts";
import { have, pythonWithPaho } from "./run/have.ts";
import { Raw } from "./run/raw.ts";
import { startServer, type TestServer } from "./run/server.ts";
import { until, within } from "./run/until.ts";

/** The product's name, the devices and the fields that the document's examples use. */
const DEVICE = "6b98a3bb-9ae1-418f-9375-f23091a849cd";
const TOKEN = "0123456789abcdef0123456789abcdef01234567";
const PERSONAL = "89abcdef0123456789abcdef0123456789abcdef";
const READER = "00112233445566778899aabbccddeeff00112233";
const fleet = `workspaces:
  - slug: acme
    products:
      - slug: my-product
        fields:
          - { id: TEMPERATURE, type: NUMERIC, name: Room temperature }
          - { id: HUMIDITY, type: NUMERIC }
          - { id: RELAY_CONTROL, type: BOOL }
          - { id: LED, type: BOOL }
          - { id: BUTTONVALUE, type: BOOL }
          - { id: X, type: NUMERIC }
          - { id: LABEL, type: STRING }
        devices: [{ id: ${DEVICE} }, { id: "000001" }, { id: "000002" }, { id: "other", serial: SN-1 }]
      - slug: board
        bool_text: "True"
        fields: [{ id: RELAY_CONTROL, type: BOOL }]
        devices: [{ id: board-1 }]
    api_users:
      - { name: devices, token: "${TOKEN}", rights: [{ devices: all, can: [record_measurements] }] }
      - { name: reader, token: "${READER}", rights: [{ devices: all, can: [view] }] }
users:
  - { email: someone@example.com, token: ${PERSONAL}, workspaces: { acme: owner } }
`;

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ fleet });
});
afterAll(() => server.remove());

const mosquitto = !have("mosquitto-clients");
const python = pythonWithPaho();
const plain = (token = TOKEN) => login(server.ports.mqtt, token);
const tls = (token = TOKEN) => login(server.ports.mqtts, token, server.caFile);
const lines = (text: string) => text.trim().split("\n");

describe("connecting to the broker", () => {
  test.skipIf(mosquitto)(
    "an unsecured and a TLS port; the token is user name and password, personal or an API user's",
    async () => {
      for (const token of [TOKEN, PERSONAL])
        for (const at of [plain(token), tls(token)]) {
          const done = await mosquittoPub(
            ...at,
            "-q",
            "1",
            "-t",
            "dtck-pub/my-product/000001/TEMPERATURE",
            "-m",
            "22.003",
          );
          expect([done.code, done.err]).toEqual([0, ""]);
        }
    },
  );
  test.skipIf(mosquitto)("any other login is refused", async () => {
    for (const [user, password] of [
      [TOKEN, "wrong"],
      ["someone@example.com", TOKEN],
    ] as const) {
      const at = ["-h", "127.0.0.1", "-p", String(server.ports.mqtt), "-u", user, "-P", password];
      const done = await mosquittoPub(...at, "-t", "dtck-pub/my-product/000001/TEMPERATURE", "-m", "1");
      expect(done.code).not.toBe(0);
      expect(done.err).toMatch(/not authori[sz]ed|bad user name/i);
    }
  });
  test.skipIf(mosquitto)("a token of one's own has the rights and roles that it was given", async () => {
    const filter = "dtck/my-product/000001/+";
    const sub = await mosquittoSub(...plain(READER), "-t", filter, "-C", "1");
    const topic = "dtck-pub/my-product/000001/TEMPERATURE";
    await mosquittoPub(...plain(READER), "-q", "1", "-t", topic, "-m", "1"); // may only read
    await mosquittoPub(...plain(), "-q", "1", "-t", topic, "-m", "2");
    expect((await sub.heard).out.trim()).toBe("2");
  });
});

describe("client id", () => {
  test("it may be left blank, as old and new clients do it", async () => {
    for (const version of [4, 5] as const) {
      const [one, two] = await Promise.all([
        Raw.login(server.ports.mqtt, { token: TOKEN, clientId: "", version }),
        Raw.login(server.ports.mqtt, { token: TOKEN, clientId: "", version }),
      ]);
      // neither cuts the other off
      expect(await one.record("dtck-pub/my-product/000001/TEMPERATURE", "1")).toBe(0);
      expect(await two.record("dtck-pub/my-product/000001/TEMPERATURE", "2")).toBe(0);
      await Promise.all([one.leave(), two.leave()]);
    }
  });
  test.skipIf(mosquitto)("used twice, the older connection is cut off", async () => {
    const sub = await mosquittoSub(...plain(), "-i", "twice", "-t", "dtck/my-product/000001/+");
    const newer = await Raw.login(server.ports.mqtt, { token: TOKEN, clientId: "twice", version: 4 });
    // mosquitto_sub connects again by itself, and cuts off the newer one in its turn
    await newer.ended();
    sub.stop();
    await sub.heard;
  });
});

describe("topic structure", () => {
  test.skipIf(mosquitto)("publish a single measurement, and subscribe to all measurements of a device", async () => {
    const sub = await mosquittoSub(...tls(), "-v", "-C", "1", "-t", `dtck/my-product/${DEVICE}/+`);
    // publish("dtck-pub/my-product/6b98a3bb-9ae1-418f-9375-f23091a849cd/TEMPERATURE", 22.003)
    await mosquittoPub(...tls(), "-t", `dtck-pub/my-product/${DEVICE}/TEMPERATURE`, "-m", "22.003");
    expect(lines((await sub.heard).out)).toEqual([`dtck/my-product/${DEVICE}/TEMPERATURE 22.003`]);
  });
  test.skipIf(mosquitto)("subscribe to all temperature measurements of a product", async () => {
    const sub = await mosquittoSub(...plain(), "-v", "-C", "2", "-t", "dtck/my-product/+/TEMPERATURE");
    for (const [id, field] of [
      ["000001", "TEMPERATURE"],
      ["000001", "HUMIDITY"],
      ["000002", "TEMPERATURE"],
    ])
      await mosquittoPub(...plain(), "-q", "1", "-t", `dtck-pub/my-product/${id}/${field}`, "-m", "20");
    expect(lines((await sub.heard).out)).toEqual([
      "dtck/my-product/000001/TEMPERATURE 20",
      "dtck/my-product/000002/TEMPERATURE 20",
    ]);
  });
  test.skipIf(mosquitto)(
    "upper and lower case of the field name are not important; its displayed name is something else",
    async () => {
      const sub = await mosquittoSub(...plain(), "-v", "-C", "2", "-t", "dtck/my-product/000001/temperature");
      for (const [field = "", value = ""] of [
        ["Temperature", "1"],
        ["Room temperature", "2"],
        ["TEMPERATURE", "3"],
      ])
        await mosquittoPub(...plain(), "-q", "1", "-t", `dtck-pub/my-product/000001/${field}`, "-m", value);
      expect(lines((await sub.heard).out)).toEqual([
        "dtck/my-product/000001/TEMPERATURE 1",
        "dtck/my-product/000001/TEMPERATURE 3",
      ]);
    },
  );
  test.skipIf(mosquitto)("what is recorded by the API is published, too", async () => {
    const sub = await mosquittoSub(...plain(), "-v", "-C", "1", "-t", `dtck/my-product/${DEVICE}/+`);
    const body = '{"field":"TEMPERATURE","value":22.003}';
    const done = await server.http(`/v1/devices/${DEVICE}/record/`, TOKEN, { method: "POST", body });
    expect(done.status).toBe(200);
    expect(lines((await sub.heard).out)).toEqual([`dtck/my-product/${DEVICE}/TEMPERATURE 22.003`]);
  });
  test.skipIf(mosquitto)("product-wide publishing is not supported, and says so", async () => {
    const at = [...plain(), "-V", "5", "-q", "1"];
    for (const topic of ["dtck-pub/my-product/*/TEMPERATURE", "dtck-pub/my-product/*/+"]) {
      const done = await mosquittoPub(...at, "-t", topic, "-m", "1", "-d");
      expect(done.out + done.err).toMatch(/Topic name invalid|invalid publish topic/i); // mosquitto_pub itself knows the second
    }
  });
});

/** A Python program with paho under test: what it prints comes line by line. */
class Program {
  readonly printed: string[] = [];
  private readonly child;
  constructor(body: string) {
    const script = `${PREAMBLE}\n${body}\n`;
    const args = [TOKEN, server.ports.mqtt, server.ports.mqtts, server.caFile].map(String);
    this.child = Bun.spawn([python ?? "", "-u", "-c", script, ...args], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    void this.read();
  }
  private async read(): Promise<void> {
    let rest = "";
    for await (const text of this.child.stdout.pipeThrough(new TextDecoderStream())) {
      const pieces = (rest + text).split("\n");
      rest = pieces.pop() ?? "";
      this.printed.push(...pieces);
    }
  }
  /** Waits until it has printed so many lines. */
  async lines(count: number): Promise<string[]> {
    await until(`${count} lines of Python; here: ${this.printed}`, async () => {
      if (this.child.exitCode !== null && this.child.exitCode !== 0) throw new Error(await this.child.stderr.text());
      return this.printed.length >= count;
    });
    return this.printed.slice(0, count);
  }
  async end(): Promise<void> {
    this.child.kill("SIGKILL");
    await within("the end of Python", this.child.exited);
  }
}
/** The pseudo code's `publish` and `subscribe`, as paho does them. */
const PREAMBLE = `
import sys, ssl, threading
import paho.mqtt.client as mqtt
token, port, tls_port, ca = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
def connect(client_id="", secure=False, protocol=mqtt.MQTTv311):
    client = mqtt.Client(client_id, protocol=protocol)
    client.username_pw_set(token, token)
    if secure:
        client.tls_set(ca)
    connected = threading.Event()
    client.on_connect = lambda *args: connected.set() if args[3] == 0 else print("refused", args[3])
    client.connect("localhost", tls_port if secure else port, keepalive=60)
    client.loop_start()
    connected.wait(8)
    return client
def subscribe(client, topic, handler):
    client.on_subscribe = lambda c, u, mid, granted, *rest: print("subscribed", [int(getattr(g, "value", g)) for g in granted])
    client.on_message = lambda c, u, message: handler(message.topic, message.payload.decode())
    client.subscribe(topic)
def publish(client, topic, value, **more):
    client.publish(topic, value, **more).wait_for_publish(8)
`;

describe("device to device, with paho", () => {
  test.skipIf(!have("paho"))("device 2 receives what device 1 measures, over plain TCP and over TLS", async () => {
    for (const secure of ["False", "True"]) {
      const two = new Program(`
client = connect(secure=${secure})
def handler(topic, payload):
    print(f"Received Payload from Device 1: {payload}")
subscribe(client, "dtck/my-product/000001/+", handler)
threading.Event().wait(9)`);
      expect(await two.lines(1)).toEqual(["subscribed [0]"]);
      const one = new Program(`
client = connect(secure=${secure})
publish(client, "dtck-pub/my-product/000001/TEMPERATURE", 23.02)
print("sent")
client.disconnect()`);
      expect(await two.lines(2)).toEqual(["subscribed [0]", "Received Payload from Device 1: 23.02"]);
      await Promise.all([one.end(), two.end()]);
    }
  });
  test.skipIf(!have("paho"))("product-wide: dtck/my-product/*/+ hears every device", async () => {
    for (const protocol of ["MQTTv31", "MQTTv311", "MQTTv5"]) {
      const all = new Program(`
client = connect("all", protocol=mqtt.${protocol})
def handler(topic, payload):
    print(f"Received payload: {payload}, from Topic: {topic}")
subscribe(client, "dtck/my-product/*/+", handler)
threading.Event().wait(9)`);
      await all.lines(1);
      const devices = new Program(`
client = connect("devices", protocol=mqtt.${protocol})
publish(client, "dtck-pub/my-product/000001/TEMPERATURE", 23.02, qos=1)
publish(client, "dtck-pub/my-product/000002/HUMIDITY", 40, qos=1)
print("sent")`);
      expect(await all.lines(3)).toEqual([
        "subscribed [0]",
        "Received payload: 23.02, from Topic: dtck/my-product/000001/TEMPERATURE",
        "Received payload: 40, from Topic: dtck/my-product/000002/HUMIDITY",
      ]);
      await Promise.all([all.end(), devices.end()]);
    }
  });
});

describe("clients made for the hosted platform", () => {
  /** CONNECT 3.1.1 as PubSubClient writes it: clean session, keep alive 15 s, zero-length client id, user and password. */
  function connectBytes(): number[] {
    const text = (s: string) => [s.length >> 8, s.length & 0xff, ...Buffer.from(s)];
    const body = [...text("MQTT"), 4, 0xc2, 0, 15, ...text(""), ...text(TOKEN), ...text(TOKEN)];
    return [0x10, body.length, ...body];
  }
  function publishBytes(topic: string, payload: string, retained: boolean): number[] {
    const body = [topic.length >> 8, topic.length & 0xff, ...Buffer.from(topic), ...Buffer.from(payload)];
    return [retained ? 0x31 : 0x30, body.length, ...body];
  }
  test("PubSubClient: everything sent before a reset is recorded, RETAIN set and never shown", async () => {
    const watcher = await Raw.login(server.ports.mqtt, { token: TOKEN });
    await watcher.subscribe("dtck/my-product/other/+");
    const board = await Raw.open(server.ports.mqtt);
    board.version = 4;
    board.bytes(connectBytes());
    expect(await board.expect("connack")).toMatchObject({ reasonCode: 0, sessionPresent: false });
    for (const axis of ["0.01", "-0.98", "1.00"]) board.bytes(publishBytes("dtck-pub/my-product/other/X", axis, true));
    board.reset(); // it falls asleep
    for (const value of ["0.01", "-0.98", "1"]) {
      const heard = await watcher.expect("publish");
      expect([heard.topic, Buffer.from(heard.payload).toString(), heard.retain]).toEqual([
        "dtck/my-product/other/X",
        value,
        false,
      ]);
    }
    const late = await Raw.login(server.ports.mqtt, { token: TOKEN });
    await late.subscribe("dtck/my-product/other/#");
    expect(await late.drain()).toEqual([]);
    await Promise.all([watcher.leave(), late.leave()]);
  });
  test("PubSubClient: CONNECT and publishes in one segment, closed at once", async () => {
    const before = (await server.history(TOKEN, "000002", "X")).length;
    const board = await Raw.open(server.ports.mqtt);
    board.version = 4;
    board.bytes([...connectBytes(), ...publishBytes("dtck-pub/my-product/000002/x", "7.5", true), 0xe0, 0]);
    board.fin();
    const rows = await until("the measurement", async () => {
      const some = await server.history(TOKEN, "000002", "X");
      return some.length > before ? some : null;
    });
    expect(rows.at(-1)).toMatchObject({ X: 7.5 });
  });
  test("booleans: 1 and 0 are sent, true and false are read; True for boards that expect it", async () => {
    const watcher = await Raw.login(server.ports.mqtt, { token: TOKEN, version: 4 });
    await watcher.subscribe(["dtck/my-product/+/BUTTONVALUE", "dtck/board/board-1/RELAY_CONTROL"]);
    watcher.publish("dtck-pub/my-product/000001/BUTTONVALUE", "1");
    expect(await watcher.heard("true")).toEqual(["dtck/my-product/000001/BUTTONVALUE true"]);
    watcher.publish("dtck-pub/my-product/000001/BUTTONVALUE", "0");
    expect(await watcher.heard("false")).toEqual(["dtck/my-product/000001/BUTTONVALUE false"]);
    // the board's sample compares with the text True
    watcher.publish("dtck-pub/board/board-1/RELAY_CONTROL", "true");
    expect(await watcher.heard("True")).toEqual(["dtck/board/board-1/RELAY_CONTROL True"]);
    watcher.publish("dtck-pub/board/board-1/RELAY_CONTROL", "False");
    expect(await watcher.heard("False")).toEqual(["dtck/board/board-1/RELAY_CONTROL False"]);
    await watcher.leave();
  });
  test("an LTE modem: QoS 1, retained, a fixed id; the answer to each", async () => {
    const modem = await Raw.login(server.ports.mqtt, {
      token: TOKEN,
      version: 4,
      clientId: "Transmitter_panel",
      keepAlive: 60,
    });
    for (const [packetId, value] of ["0", "1"].entries()) {
      modem.publish("dtck-pub/my-product/000001/LED", value, { qos: 1, packetId: packetId + 1, retain: true });
      expect((await modem.expect("puback")).packetId).toBe(packetId + 1);
    }
    await modem.leave();
  });
  test("texts raw or as JSON strings; numbers with trailing zeros", async () => {
    const watcher = await Raw.login(server.ports.mqtt, { token: TOKEN });
    await watcher.subscribe("dtck/my-product/000002/+");
    for (const [field, payload, text] of [
      ["LABEL", "dfdfd", "dfdfd"],
      ["LABEL", '"say \\"hi\\""', 'say "hi"'],
      ["TEMPERATURE", "22.00", "22"],
      ["TEMPERATURE", "1015", "1015"],
    ] as const) {
      watcher.publish(`dtck-pub/my-product/000002/${field}`, payload);
      expect(await watcher.heard(text)).toEqual([`dtck/my-product/000002/${field} ${text}`]);
    }
    await watcher.leave();
  });
  test("several filters in one SUBSCRIBE, # and +", async () => {
    const viewer = await Raw.login(server.ports.mqtt, { token: READER, version: 4 });
    const { reasonCodes } = await viewer.subscribe([
      "dtck/my-product/000001/+",
      "dtck/my-product/000002/#",
      `dtck/my-product/${DEVICE}/TEMPERATURE`,
    ]);
    expect(reasonCodes).toEqual([0, 0, 0]);
    const board = await Raw.login(server.ports.mqtt, { token: TOKEN });
    for (const id of ["000001", "000002", DEVICE]) {
      await board.record(`dtck-pub/my-product/${id}/TEMPERATURE`, "5");
      expect(await viewer.heard("5")).toEqual([`dtck/my-product/${id}/TEMPERATURE 5`]);
    }
    await Promise.all([viewer.leave(), board.leave()]);
  });
});
