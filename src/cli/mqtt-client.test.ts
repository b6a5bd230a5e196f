import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Packet, PublishPacket } from "../codec/index.ts";
import { ensureCertificates } from "../listen/certificates.ts";
import { ACCEPTED, type Script, scriptedBroker } from "./broker.testing.ts";
import { LoginRefused, MqttClient, type MqttClientOptions } from "./mqtt-client.ts";
import { parseMqttUrl, showMqttUrl } from "./mqtt-url.ts";

const TOKEN = "0123456789abcdef0123456789abcdef01234567";
const bytes = (text: string) => new TextEncoder().encode(text);
const common = { token: TOKEN, ca: null, clientId: "c", keepAlive: 30 };

/** Answers as a broker does that accepts everything. */
const agreeable: Script = (packet) => {
  switch (packet.type) {
    case "connect":
      return [ACCEPTED];
    case "subscribe":
      return [{ type: "suback", packetId: packet.packetId, reasonCodes: packet.subscriptions.map(() => 1) }];
    case "publish":
      if (packet.qos === 1) return [{ type: "puback", packetId: packet.packetId ?? 0, reasonCode: 0 }];
      return packet.qos === 2 ? [{ type: "pubrec", packetId: packet.packetId ?? 0, reasonCode: 0 }] : [];
    case "pubrel":
      return [{ type: "pubcomp", packetId: packet.packetId, reasonCode: 0 }];
    default:
      return [];
  }
};

async function session(
  script: Script,
  work: (client: MqttClient, seen: Packet[]) => Promise<void>,
  options: { pieces?: boolean; client?: Partial<MqttClientOptions> } = {},
) {
  const broker = scriptedBroker(script, options);
  try {
    const client = await MqttClient.connect({ ...common, ...options.client, url: broker.url });
    await work(client, broker.seen);
    await client.end();
  } finally {
    broker.stop();
  }
}

describe.each([false, true])("against a scripted broker (byte by byte: %p)", (pieces) => {
  test("logs in with the token as user name and password, publishes at each QoS, and says goodbye", async () => {
    await session(
      agreeable,
      async (client, seen) => {
        for (const qos of [0, 1, 2] as const)
          expect(await client.publish("dtck-pub/p/d/T", bytes("1"), qos)).toEqual({ reason: 0, text: "" });
        expect(client.inFlight).toBe(0);
        const [connect] = seen;
        expect(connect).toMatchObject({ type: "connect", version: 5, cleanStart: true, userName: TOKEN });
        expect(seen.map((packet) => packet.type)).toEqual(["connect", "publish", "publish", "publish", "pubrel"]);
      },
      { pieces },
    );
  });

  test("what the server publishes is delivered once and answered [MQTT-4.5.0-2]", async () => {
    const got: PublishPacket[] = [];
    const two = Promise.withResolvers<void>();
    const push = (packetId: number, qos: 1 | 2, dup: boolean): Packet => ({
      type: "publish",
      topic: `t/${packetId}`,
      payload: bytes("v"),
      qos,
      dup,
      retain: false,
      packetId,
    });
    const script: Script = (packet) => {
      if (packet.type === "subscribe")
        return [...agreeable(packet), push(7, 1, false), push(8, 2, false), push(8, 2, true)];
      if (packet.type === "pubrec") return [{ type: "pubrel", packetId: packet.packetId, reasonCode: 0 }];
      if (packet.type === "pubcomp") two.resolve();
      return agreeable(packet);
    };
    await session(
      script,
      async (client, seen) => {
        expect((await client.subscribe(["t/#"], 1)).reasonCodes).toEqual([1]);
        await two.promise;
        expect(got.map((packet) => packet.topic)).toEqual(["t/7", "t/8"]);
        expect(seen).toContainEqual({ type: "puback", packetId: 7, reasonCode: 0 });
      },
      { pieces, client: { onPublish: (packet) => got.push(packet) } },
    );
  });
});

test("a refused publish and a refused subscription carry the server's words", async () => {
  const script: Script = (packet) => {
    const properties = { reasonString: "no such field" };
    if (packet.type === "publish" && packet.qos === 1)
      return [{ type: "puback", packetId: packet.packetId ?? 0, reasonCode: 0x90, properties }];
    if (packet.type === "publish")
      return [{ type: "pubrec", packetId: packet.packetId ?? 0, reasonCode: 0x99, properties }];
    if (packet.type === "subscribe")
      return [{ type: "suback", packetId: packet.packetId, reasonCodes: [0x87], properties }];
    return agreeable(packet);
  };
  await session(script, async (client) => {
    expect(await client.publish("a", bytes("1"), 1)).toEqual({ reason: 0x90, text: "no such field" });
    expect(await client.publish("a", bytes("1"), 2)).toEqual({ reason: 0x99, text: "no such field" });
    expect(await client.subscribe(["a"], 0)).toMatchObject({
      reasonCodes: [0x87],
      properties: { reasonString: "no such field" },
    });
  });
});

test.each([
  [0x86, true],
  [0x88, false],
])("a refused login 0x%s is final: %p", async (reasonCode, final) => {
  const broker = scriptedBroker(() => [
    { type: "connack", sessionPresent: false, reasonCode, properties: { reasonString: "do this" } },
  ]);
  const error = await MqttClient.connect({ ...common, url: broker.url }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(LoginRefused);
  expect(error).toMatchObject({ message: "do this", final });
  broker.stop();
});

test("Maximum QoS and Maximum Packet Size of the server are kept [MQTT-3.2.2-11] [MQTT-3.2.2-15]", async () => {
  const script: Script = (packet) =>
    packet.type === "connect"
      ? [{ ...ACCEPTED, properties: { maximumQos: 1, maximumPacketSize: 50 } } as Packet]
      : agreeable(packet);
  await session(script, async (client, seen) => {
    await expect(client.publish("a", bytes("1"), 2)).rejects.toThrow("QoS 1 at most");
    await expect(client.publish("a", bytes("x".repeat(44)), 1)).rejects.toThrow("50 bytes at most");
    expect(await client.publish("a", bytes("x".repeat(42)), 1)).toEqual({ reason: 0, text: "" });
    expect(seen.filter(({ type }) => type === "publish").length).toBe(1);
  });
});
test("a session that was not asked for is left [MQTT-3.2.2-4]", async () => {
  const broker = scriptedBroker(() => [{ ...ACCEPTED, sessionPresent: true } as Packet]);
  await expect(MqttClient.connect({ ...common, url: broker.url })).rejects.toThrow("not asked for");
  broker.stop();
});

test("Receive Maximum is kept: more publishes are for later", async () => {
  const script: Script = (packet) =>
    packet.type === "connect" ? [{ ...ACCEPTED, properties: { receiveMaximum: 2 } } as Packet] : [];
  await session(script, async (client) => {
    const waiting = [client.publish("a", bytes("1"), 1), client.publish("a", bytes("2"), 1)].map((p) =>
      p.catch(() => "over"),
    );
    expect(client.ready).toBe(false);
    await expect(client.publish("a", bytes("3"), 1)).rejects.toThrow("too many");
    await client.end();
    expect(await Promise.all(waiting)).toEqual(["over", "over"]);
  });
});

test.each<[string, Packet | "close", string]>([
  [
    "a DISCONNECT",
    { type: "disconnect", reasonCode: 0x87, properties: { reasonString: "token revoked" } },
    "the server ended the connection: token revoked",
  ],
  ["a cut", "close", "c"], // closed or cut off: the system decides
])("%s fails what is under way, and says why", async (_, last, why) => {
  const told = Promise.withResolvers<string>();
  const script: Script = (packet) => (packet.type === "publish" ? [last] : agreeable(packet));
  await session(
    script,
    async (client) => {
      await expect(client.publish("a", bytes("1"), 1)).rejects.toThrow();
      expect(await told.promise).toContain(why);
      await expect(client.publish("a", bytes("1"), 0)).rejects.toThrow();
    },
    { client: { onClose: told.resolve } },
  );
});

test("nobody listens", async () => {
  const broker = scriptedBroker(() => []);
  broker.stop();
  await expect(MqttClient.connect({ ...common, url: broker.url })).rejects.toThrow("nobody listens there");
});

describe("TLS", () => {
  const root = mkdtempSync(join(tmpdir(), "fieldcast-client-"));
  afterAll(() => rmSync(root, { recursive: true }));
  const now = Date.now() * 1000;
  const right = ensureCertificates(join(root, "right"), ["localhost", "127.0.0.1"], now);
  const other = ensureCertificates(join(root, "other"), ["elsewhere.example"], now);
  const attempt = async (serving: typeof right, ca: string | null, host = "127.0.0.1") => {
    const broker = scriptedBroker(agreeable, { tls: { cert: serving.certPem, key: serving.keyPem } });
    try {
      const client = await MqttClient.connect({ ...common, ca, url: { ...broker.url, host } });
      const result = await client.publish("a", bytes("1"), 1);
      await client.end();
      return result.reason;
    } catch (error) {
      // nothing was said to a server that is not trusted, least of all the token
      expect(broker.seen).toEqual([]);
      return error instanceof Error ? error.message : "";
    } finally {
      broker.stop();
    }
  };

  test("with the CA's file, by address and by name", async () => {
    const ca = readFileSync(right.caFile, "utf8");
    expect(await attempt(right, ca)).toBe(0);
    expect(await attempt(right, ca, "localhost")).toBe(0);
  });
  test("a certificate of an unknown authority is refused, and the way out is said", async () => {
    expect(await attempt(right, null)).toContain("--cafile");
    expect(await attempt(right, readFileSync(other.caFile, "utf8"))).toContain("--cafile");
  });
  test("a certificate for other names is refused", async () => {
    expect(await attempt(other, readFileSync(other.caFile, "utf8"))).toContain("--tls-name");
    expect(await attempt(other, readFileSync(other.caFile, "utf8"), "localhost")).toContain("--tls-name");
  });
});

test.each([
  ["mqtt://h:1", "mqtt://h:1"],
  ["h", "mqtt://h:1883"],
  ["h:99", "mqtt://h:99"],
  ["mqtts://h", "mqtts://h:8883"],
  ["mqtts://[::1]:5/", "mqtts://[::1]:5"],
])("the address %s", (text, shown) => {
  expect(showMqttUrl(parseMqttUrl(text))).toBe(shown);
});
test.each(["http://h", "mqtt://", "mqtt://u:p@h", "mqtt://h/x", "mqtt://h:99999", "", "mqtt://h:1?x"])(
  "%j is no address of a broker",
  (text) => {
    expect(() => parseMqttUrl(text)).toThrow("--url");
  },
);
