import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Bytes, field, packet } from "../run/bytes.ts";
import { TOKENS } from "../run/fleet.ts";
import { connectPacket, Raw, type Wish } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

/** Refused logins are answered later, by address: each comes from another one. */
let address = 1;
const bytes = () => Bytes.open(server.ports.mqtt, `127.0.1.${++address}`);
const raw = () => Raw.open(server.ports.mqtt, undefined, `127.0.1.${++address}`);
const login = (wish: Wish = {}) => Raw.login(server.ports.mqtt, { token: TOKENS.device, ...wish });

const VERSIONS = [3, 4, 5] as const;
/** Token twice, as user name and password. */
const CREDENTIALS = `${field(TOKENS.device)} ${field(TOKENS.device)}`;
const NAME = { 3: `${field("MQIsdp")} 03`, 4: `${field("MQTT")} 04`, 5: `${field("MQTT")} 05` } as const;
/** A CONNECT with user name, password, clean session and whatever `flags` say more, written by hand. */
const connect = (version: 3 | 4 | 5, id: string, more = "", flags = 0xc2, props = "00") =>
  packet(
    "10",
    NAME[version],
    flags.toString(16).padStart(2, "0"),
    "00 3c",
    version === 5 ? props : "",
    field(id),
    more,
    CREDENTIALS,
  );

describe("20: what CONNACK says", () => {
  test("v3.1 and v3.1.1: two bytes, 0 and 0 [MQTT-3.1.4-5] [MQTT-3.2.2-1] [MQTT-3.2.2-2]", async () => {
    for (const version of [3, 4] as const) {
      const wire = await bytes();
      wire.send(connect(version, `b${version}`));
      expect(await wire.next()).toBe("20 02 00 00");
      wire.close();
    }
  });
  test("v5: no flags, success, and what is granted; nothing that was not asked for [MQTT-3.1.2-28] [MQTT-4.12.0-6] [MQTT-3.2.2-9]", async () => {
    const wire = await bytes();
    wire.send(connect(5, "b5"));
    // Receive Maximum 1024, Topic Alias Maximum 0, Retain Available, Maximum Packet Size 262144; the rest by the server
    const connack = await wire.next();
    expect(connack).toStartWith("20 ");
    expect(connack.slice(6, 11)).toBe("00 00");
    wire.close();
    for (const requestResponseInformation of [false, true]) {
      const client = await raw();
      const { properties } = await client.connect({
        token: TOKENS.device,
        properties: { requestResponseInformation },
      });
      for (const absent of ["responseInformation", "authenticationMethod", "authenticationData", "maximumQos"] as const)
        expect(properties?.[absent]).toBeUndefined();
      expect(properties?.serverReference).toBeUndefined();
      await client.leave();
    }
  });
  test("a will of every QoS, retained or not, is taken [MQTT-3.2.2-12] [MQTT-3.2.2-13]", async () => {
    for (const qos of [0, 1, 2] as const)
      for (const retain of [false, true]) {
        const payload = new TextEncoder().encode("1");
        const client = await login({ will: { topic: "dtck-pub/my-product/dev1/STEPS", payload, qos, retain } });
        await client.leave();
      }
  });
  test("it comes first, and once: what waits for the session comes behind it [MQTT-3.2.0-1] [MQTT-3.2.0-2]", async () => {
    for (const version of [4, 5] as const) {
      const session = version === 5 ? { properties: { sessionExpiryInterval: 100 } } : {};
      const wish = { version, clientId: `first${version}`, cleanStart: false, ...session };
      const before = await login(wish);
      await before.subscribe(`dtck/my-product/dev${version}/STEPS`, 1);
      before.reset();
      await before.closed;
      const other = await login();
      for (let n = 0; n < 5; n++) await other.record(`dtck-pub/my-product/dev${version}/STEPS`, String(n));
      await other.leave();
      const back = await raw();
      back.send(connectPacket({ token: TOKENS.device, ...wish }), { type: "pingreq" });
      const types: string[] = [];
      while (types.filter((type) => type === "publish").length < 5 || !types.includes("pingresp"))
        types.push((await back.next()).type);
      expect(types[0]).toBe("connack");
      expect(types.filter((type) => type === "connack").length).toBe(1);
      await back.leave();
    }
  });
});

describe("20: the payload of a CONNECT", () => {
  test("identifier, will, user name, password, in this order [MQTT-3.1.3-1] [MQTT-3.1.2-9] [MQTT-3.1.2-17] [MQTT-3.1.2-19]", async () => {
    const will = `${field("dtck-pub/my-product/dev1/STEPS")} ${field("1")}`;
    for (const version of VERSIONS) {
      const wire = await bytes();
      wire.send(connect(version, "o", version === 5 ? `00 ${will}` : will, 0xc6));
      expect((await wire.next()).slice(6, 11)).toBe("00 00"); // the token was found where it stands
      wire.send("e0 00");
      expect(await wire.rest()).toBe("");
    }
  });
  test("identifiers of 1 to 23 digits and letters are taken, and longer ones [MQTT-3.1.3-5] [MQTT-3.1.3-3]", async () => {
    const all = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const ids = ["a", "Z", "0", all.slice(0, 23), all.slice(23, 46), all.slice(39), all, "\u{1f600} /+#"];
    for (const version of VERSIONS)
      for (const clientId of ids) {
        const client = await login({ version, clientId });
        await client.leave();
      }
  });
  test("an empty one in v5 is replaced by one that no session has, and it can be used afterwards [MQTT-3.1.3-6] [MQTT-3.1.3-7] [MQTT-3.2.2-16]", async () => {
    const seen = new Set<string>();
    const clients: Raw[] = [];
    for (let n = 0; n < 20; n++) {
      const client = await raw();
      const { properties } = await client.connect({ token: TOKENS.device, cleanStart: n % 2 === 0 });
      seen.add(properties?.assignedClientIdentifier ?? "");
      clients.push(client);
    }
    expect(seen.size).toBe(20);
    expect(seen.has("")).toBe(false);
    const [first] = seen;
    const again = await login({ clientId: first ?? "" });
    expect((await clients[0]?.ended())?.[0]).toMatchObject({ type: "disconnect", reasonCode: 0x8e });
    await Promise.all([again, ...clients.slice(1)].map((client) => client.leave()));
  });
  test("v3: an empty one needs a clean session: 0x02, and closed [MQTT3-3.1.3-8]", async () => {
    for (const version of [3, 4] as const) {
      const wire = await bytes();
      wire.send(connect(version, "", "", 0xc0));
      expect(await wire.rest()).toBe("20 02 00 02");
    }
  });
});

describe("20: a CONNECT that is not as it must be is not answered with success, and the connection ends", () => {
  const OTHER = packet("10", field("MQXX"), "04 02 00 00", field("a"));
  const LEVEL = (level: string, flags = "02") => packet("10", field("MQTT"), level, flags, "00 00 00", field("a"));
  const v5 = (first: string, flags: string, ...more: string[]) => packet(first, NAME[5], flags, "00 00 00", ...more);
  const v4 = (first: string, flags: string, ...more: string[]) => packet(first, NAME[4], flags, "00 00", ...more);
  test.each<[string, string, string]>([
    ["another protocol name: closed without a word [MQTT-3.1.2-1]", OTHER, ""],
    ["level 6: 0x84 [MQTT-3.1.2-2]", LEVEL("06"), "84"],
    ["level 2 of MQTT: 0x01 [MQTT3-3.1.2-2]", LEVEL("02"), "20 02 00 01"],
    [
      "level 4 of MQIsdp: 0x01 [MQTT3-3.1.2-2]",
      packet("10", field("MQIsdp"), "04 02 00 00", field("a")),
      "20 02 00 01",
    ],
    ["flags in the fixed header [MQTT-2.1.3-1]", v5("11", "02", field("a")), "81"],
    ["the reserved Connect Flag [MQTT-3.1.2-3]", v5("10", "03", field("a")), "81"],
    ["Will QoS 3 [MQTT-3.1.2-12]", v5("10", "1e", field("a"), "00", field("t"), field("p")), "81"],
    ["Will QoS without a will [MQTT-3.1.2-11]", v5("10", "0a", field("a")), "81"],
    ["Will Retain without a will [MQTT-3.1.2-13]", v5("10", "22", field("a")), "81"],
    ["no will behind the Will Flag [MQTT-3.1.2-9]", v5("10", "06", field("a")), "81"],
    ["a user name without its flag [MQTT-3.1.2-16]", v5("10", "02", field("a"), field("u")), "81"],
    ["no user name behind its flag [MQTT-3.1.2-17]", v5("10", "82", field("a")), "81"],
    ["a password without its flag [MQTT-3.1.2-18]", v5("10", "82", field("a"), field("u"), field("p")), "81"],
    ["no password behind its flag [MQTT-3.1.2-19]", v5("10", "c2", field("a"), field("u")), "81"],
    ["no identifier [MQTT-3.1.3-3]", v5("10", "02"), "81"],
    ["an identifier that is not UTF-8 [MQTT-3.1.3-4]", v5("10", "02", "00 01 ff"), "81"],
    ["a will topic that is not UTF-8 [MQTT-3.1.3-11]", v5("10", "06", field("a"), "00 00 01 ff", field("p")), "81"],
    ["a user name that is not UTF-8 [MQTT-3.1.3-12]", v5("10", "82", field("a"), "00 01 ff"), "81"],
    ["a will topic with a wildcard [MQTT-4.7.0-1]", v5("10", "06", field("a"), "00", field("a/+"), field("p")), "90"],
    ["Receive Maximum 0", packet("10", NAME[5], "02 00 00 03 21 00 00", field("a")), "82"],
    ["a property twice", packet("10", NAME[5], "02 00 00 06 21 00 01 21 00 01", field("a")), "82"],
    ["v3.1.1: the reserved Connect Flag: closed without a word [MQTT3-3.2.2-6]", v4("10", "03", field("a")), ""],
    ["v3.1.1: a password without a user name [MQTT3-3.1.2-22]", v4("10", "42", field("a"), field("p")), ""],
  ])("%s", async (_, sent, answer) => {
    const wire = await bytes();
    wire.send(sent, "c0 00"); // nothing behind it is answered
    const got = await wire.rest();
    if (answer.length !== 2) return expect(got).toBe(answer);
    // a CONNACK and nothing else: no session, the reason
    const [type, length, flags, reason] = got.split(" ");
    expect([type, flags, reason]).toEqual(["20", "00", answer]);
    expect(got.split(" ").length).toBe(2 + Number.parseInt(length ?? "", 16));
  });
  test("the answer keeps within the Maximum Packet Size that was read [MQTT-3.1.4-1] [MQTT-3.2.2-19]", async () => {
    const small = (size: string) =>
      packet("10", NAME[5], "06 00 00", `05 27 00 00 00 ${size}`, field("a"), "00", field("#"), field("p"));
    for (const [size, answer] of [
      ["0a", "20 03 00 90 00"],
      ["04", ""],
    ] as const) {
      const wire = await bytes();
      wire.send(small(size));
      expect(await wire.rest()).toBe(answer);
    }
  });
  test("so does the refusal of a login [MQTT-3.1.4-2] [MQTT-3.2.2-7] [MQTT-3.2.2-8] [MQTT-3.2.2-19]", async () => {
    for (const [maximumPacketSize, came] of [
      [1000, ["connack"]],
      [5, ["connack"]],
      [4, []],
    ] as const) {
      const client = await raw();
      client.send(connectPacket({ token: TOKENS.unknown, clientId: "x", properties: { maximumPacketSize } }));
      const got = await client.ended();
      expect(got.map(({ type }) => type)).toEqual([...came]);
      const [connack] = got;
      if (connack?.type !== "connack") continue;
      expect([connack.reasonCode, connack.sessionPresent]).toEqual([0x86, false]);
      expect(connack.properties?.reasonString === undefined).toBe(maximumPacketSize === 5);
    }
  });
});

describe("20: before the login", () => {
  test.each<[string, string]>([
    ["CONNACK", "20 02 00 00"],
    ["PUBLISH", packet("30", field("a"), "78")],
    ["PUBACK", "40 02 00 01"],
    ["SUBSCRIBE", packet("82", "00 01", field("a"), "00")],
    ["PINGREQ", "c0 00"],
    ["DISCONNECT", "e0 00"],
    ["AUTH", "f0 00"],
  ])("%s: closed without a word, and no DISCONNECT [MQTT-3.1.0-1] [MQTT-3.14.0-1]", async (_, sent) => {
    const wire = await bytes();
    wire.send(sent, connect(5, "late"));
    expect(await wire.rest()).toBe("");
  });
  test("what follows a CONNECT that is refused is not processed [MQTT-3.1.4-6]", async () => {
    const listener = await login();
    await listener.subscribe("dtck/my-product/dev9/STEPS");
    const client = await raw();
    client.send(connectPacket({ token: TOKENS.unknown, clientId: "x" }), {
      type: "publish",
      topic: "dtck-pub/my-product/dev9/STEPS",
      payload: Uint8Array.of(0x31),
      qos: 1,
      packetId: 1,
      dup: false,
      retain: false,
    });
    expect((await client.ended()).map(({ type }) => type)).toEqual(["connack"]);
    expect(await listener.drain()).toEqual([]);
    await listener.leave();
  });
});

describe("20: after it", () => {
  test("a second CONNECT ends the connection, in every version [MQTT-3.1.0-2] [MQTT3-4.8.0-1]", async () => {
    for (const version of VERSIONS) {
      const wire = await bytes();
      const twice = connect(version, `twice${version}`);
      wire.send(twice, twice, "c0 00");
      expect((await wire.next()).slice(0, 2)).toBe("20");
      const rest = await wire.rest();
      if (version === 5) expect(rest).toMatch(/^e0 .. 82/);
      else expect(rest).toBe("");
    }
  });
  test("DISCONNECT and AUTH with flags are malformed [MQTT-3.14.1-1] [MQTT-3.15.1-1]", async () => {
    for (const sent of ["e1 00", "f1 00"]) {
      const wire = await bytes();
      wire.send(connect(5, "flags"));
      await wire.next();
      wire.send(sent, "c0 00");
      expect(await wire.rest()).toMatch(/^e0 .. 81/);
    }
  });
  test("a DISCONNECT of the server is the last packet, has no session expiry, and is the client's own affair [MQTT-3.14.2-2] [MQTT-3.14.4-1] [MQTT-3.14.4-2] [MQTT-4.13.2-1]", async () => {
    const bystander = await login({ clientId: "bystander" });
    const client = await login({ properties: { sessionExpiryInterval: 100 }, clientId: "wrong" });
    client.bytes([0x36, 0x06, 0, 1, 0x61, 0, 1, 0, 0xc0, 0]); // QoS 3, and a PINGREQ
    const got = await client.ended();
    expect(got.map(({ type }) => type)).toEqual(["disconnect"]);
    expect(got[0]).toMatchObject({ reasonCode: 0x81 });
    expect((got[0] as { properties?: object }).properties).not.toHaveProperty("sessionExpiryInterval");
    expect(await bystander.drain()).toEqual([]);
    await bystander.leave();
  });
  test("PINGREQ is answered, in every version [MQTT-3.12.4-1]", async () => {
    for (const version of VERSIONS) {
      const wire = await bytes();
      wire.send(connect(version, `ping${version}`));
      await wire.next();
      wire.send("c0 00", "c0 00");
      expect(await wire.take(4)).toBe("d0 00 d0 00");
      wire.close();
    }
  });
});

describe("20: authentication that goes on", () => {
  const method = { authenticationMethod: "SCRAM-SHA-256" };
  test("is not supported: 0x8C and closed, without an AUTH [MQTT-4.12.0-1] [MQTT-4.12.0-2] [MQTT-4.12.0-4] [MQTT-4.12.0-5]", async () => {
    for (const wish of [{ token: TOKENS.device }, {}, { token: TOKENS.unknown }]) {
      const client = await raw();
      client.send(
        connectPacket({ ...wish, clientId: "scram", properties: { ...method, authenticationData: Uint8Array.of(1) } }),
        { type: "auth", reasonCode: 0x18, properties: method },
      );
      const got = await client.ended();
      expect(got.map(({ type }) => type)).toEqual(["connack"]);
      expect(got[0]).toMatchObject({ reasonCode: 0x8c, sessionPresent: false });
      expect(got[0]).not.toHaveProperty("properties.authenticationMethod");
    }
  });
  test.each([0x18, 0x19] as const)(
    "AUTH with reason %p from a client that named no method ends its connection [MQTT-4.12.0-7] [MQTT-4.12.1-2]",
    async (reasonCode) => {
      const client = await login();
      client.send({ type: "auth", reasonCode, properties: method }, { type: "pingreq" });
      const got = await client.ended();
      expect(got).toMatchObject([{ type: "disconnect", reasonCode: 0x82 }]);
    },
  );
});
