import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { encode, type Version } from "../../src/codec/index.ts";
import { account } from "../run/account.ts";
import { mosquittoPub, mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { have } from "../run/have.ts";
import { connectPacket, publishPacket, Raw, type Wish } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

const noMosquitto = !have("mosquitto-clients");
const PUB = "dtck-pub/my-product";
const HEAR = "dtck/my-product/+/+";
const VERSIONS = [3, 4, 5] as const;

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ flags: ["--log-level", "debug"] });
});
afterAll(() => server.remove());

/** Failed logins are counted by address: each login here comes from another one, but where the count is what is tested. */
let address = 1;
function elsewhere(): string {
  address++;
  return `127.0.${address >> 8}.${address & 255}`;
}
async function answer(wish: Wish): Promise<{ code: number; reason: string | undefined }> {
  const raw = await Raw.open(server.ports.mqtt, undefined, elsewhere());
  const { reasonCode, properties } = await raw.connect({ clientId: "c", ...wish });
  if (reasonCode === 0) await raw.leave();
  else await raw.ended();
  return { code: reasonCode, reason: properties?.reasonString };
}

describe("2: what is accepted", () => {
  const T = TOKENS.device;
  test.each([
    ["the token twice", { userName: T, password: T }, [0, 0, 0]],
    ["an empty user name", { userName: "", password: T }, [0, 0, 0]],
    ["no user name", { password: T }, [null, null, 0]],
    ["the token as user name alone", { userName: T }, [0, 0, 0]],
    ["the token as user name and an empty password", { userName: T, password: "" }, [0, 0, 0]],
    ["what an SDK appends to the user name", { userName: `${T}?SDK=C&Version=3.2.2`, password: T }, [0, 0, 0]],
    ["what an SDK appends, without a password", { userName: `${T}?SDK=C` }, [0, 0, 0]],
    ["a personal token", { token: TOKENS.owner }, [0, 0, 0]],
  ] as const)("2: %s: MQTT 3.1, 3.1.1, 5", async (_, wish, codes) => {
    for (const [i, version] of VERSIONS.entries()) {
      if (codes[i] === null) continue; // a protocol violation in v3, below
      expect((await answer({ version, ...wish })).code).toBe(codes[i] as number);
    }
  });

  test("2: a password without a user name is a protocol violation in v3: closed without an answer", async () => {
    for (const version of [3, 4] as const) {
      const bytes = encode(version, connectPacket({ version, userName: "", password: T, clientId: "c" }));
      const flags = version === 3 ? 11 : 9;
      expect(bytes[flags]).toBe(0xc2);
      // the same CONNECT without the user name's flag and its two bytes of length
      const user = bytes.length - T.length - 4;
      const without = Buffer.concat([bytes.subarray(0, user), bytes.subarray(user + 2)]);
      without[flags] = 0x42;
      without[1] = (bytes[1] as number) - 2;
      const raw = await Raw.open(server.ports.mqtt, undefined, elsewhere());
      raw.version = version;
      raw.bytes(without);
      expect(await raw.ended()).toEqual([]);
    }
  });

  test.skipIf(noMosquitto)("2: mosquitto_pub is told of a refusal", async () => {
    for (const [version, said] of [
      ["mqttv311", "not authori"],
      ["mqttv5", "user name or password"],
    ] as const) {
      const at = ["-h", "127.0.0.1", "-p", String(server.ports.mqtt), "-A", elsewhere(), "-V", version];
      const run = await mosquittoPub(...at, "-u", TOKENS.unknown, "-P", TOKENS.unknown, "-t", "a", "-m", "1");
      expect(run.code).not.toBe(0);
      expect(run.err.toLowerCase()).toMatch(version === "mqttv311" ? /bad user ?name or password|not authori/ : said);
    }
  });
  test("2: MQTT.js is told of a refusal", async () => {
    const url = `mqtt://127.0.0.1:${server.ports.mqtt}`;
    await expect(mqttJs(url, TOKENS.unknown)).rejects.toMatchObject({ code: 0x86 });
  });
});

describe("2: what is refused, with code and reason", () => {
  const T = TOKENS.device;
  const upper = TOKENS.owner.toUpperCase();
  test.each([
    ["no credentials", {}, 4, 0x86, "as user name, as password, or as both. None was sent"],
    ["an account's name without a password", { userName: "device" }, 4, 0x86, "not an access token"],
    ["another user name", { userName: "device", password: T }, 4, 0x86, "user name must be the access token"],
    ["another valid token as user name", { userName: TOKENS.viewer, password: T }, 4, 0x86, "user name must be"],
    [
      "a user name that differs in its last character",
      { userName: `${T.slice(0, -1)}8`, password: T },
      4,
      0x86,
      "must be",
    ],
    ["an unknown token", { token: TOKENS.unknown }, 4, 0x86, "not known"],
    ["upper-case letters", { token: upper }, 4, 0x86, "has upper-case letters: send 40 lower-case hex"],
    ["a space behind it", { token: `${T} ` }, 4, 0x86, "ends with white space: send 40 lower-case hex"],
    ["a line break behind it", { token: `${T}\n` }, 4, 0x86, "ends with a line break"],
    ["a line break behind the password", { userName: T, password: `${T}\n` }, 4, 0x86, "The password ends with a line"],
    ["39 characters", { token: T.slice(1) }, 4, 0x86, "has 39 characters instead of 40: send 40 lower-case hex"],
    ["a password that is not UTF-8", { userName: T, password: Uint8Array.of(255, 254) }, 4, 0x86, "must be"],
    ["an expired token", { token: TOKENS.expired }, 5, 0x87, "expired"],
    ["a token that may not use MQTT", { token: TOKENS.noMqtt }, 5, 0x87, "may not use MQTT"],
  ] as const)("2: %s: code %#", async (_, wish: Wish, v3, v5, words) => {
    const [v31, v311, told] = await Promise.all([
      answer({ version: 3, ...wish }),
      answer({ version: 4, ...wish }),
      answer({ version: 5, ...wish }),
    ]);
    expect([v31.code, v311.code]).toEqual([v3, v3]);
    expect(told.code).toBe(v5);
    expect(told.reason).toContain(words);
    for (const secret of Object.values(TOKENS)) expect(told.reason).not.toContain(secret);
  });

  test("2: the same over WebSocket", async () => {
    const url = `ws://127.0.0.1:${server.ports.http}/mqtt`;
    await expect(mqttJs(url, TOKENS.unknown)).rejects.toMatchObject({ code: 0x86 });
  });
  test("2: refusals are counted by code", async () => {
    for (const code of ["unknown_token", "expired_token", "mqtt_not_permitted"])
      expect(await server.metric("fieldcast_logins_refused_total", `code="${code}"`)).toBeGreaterThan(0);
  });
});

test("2: each failure from an address is answered later; a valid token behind the same address at once", async () => {
  const from = elsewhere();
  const refused = async (): Promise<number> => {
    const raw = await Raw.open(server.ports.mqtt, undefined, from);
    const begin = performance.now();
    expect((await raw.connect({ token: TOKENS.unknown })).reasonCode).toBe(0x86);
    await raw.ended();
    return performance.now() - begin;
  };
  const waits = [await refused(), await refused(), await refused()];
  // a wait has a lower bound; what the machine adds is not looked at
  for (const [i, wait] of waits.entries()) expect(wait).toBeGreaterThan(95 * 2 ** i);
  // several fail at once: the last of them is answered seconds later, however slow this machine is
  const failing = await Promise.all(Array.from({ length: 4 }, () => Raw.open(server.ports.mqtt, undefined, from)));
  let answered = 0;
  const late = failing.map((raw) => raw.connect({ token: TOKENS.unknown }).then(() => answered++));
  for (let i = 0; i < 3; i++) {
    const good = await Raw.open(server.ports.mqtt, undefined, from);
    expect((await good.connect({ token: TOKENS.device })).reasonCode).toBe(0);
    await good.leave();
  }
  expect(answered).toBeLessThan(failing.length);
  await Promise.all(late);
  await Promise.all(failing.map((raw) => raw.ended()));
});

describe("2: what a token carries", () => {
  test("2: a personal token has its user's rights in every workspace of that user", async () => {
    const owner = await Raw.login(server.ports.mqtt, { token: TOKENS.owner });
    expect((await owner.subscribe(["dtck/my-product/dev1/NOTE", "dtck/other-product/+/+"])).reasonCodes).toEqual([
      0, 0,
    ]);
    expect(await owner.record(`${PUB}/dev1/NOTE`, "in acme")).toBe(0);
    expect(await owner.heard("in acme")).toHaveLength(1);
    expect(await owner.record("dtck-pub/other-product/gdev1/TEMPERATURE", "7")).toBe(0);
    expect(await owner.heard("7")).toHaveLength(1);
    await owner.leave();
    const observer = await Raw.login(server.ports.mqtt, { token: TOKENS.observer });
    expect((await observer.subscribe("dtck/my-product/dev1/NOTE")).reasonCodes).toEqual([0]);
    expect(await observer.record(`${PUB}/dev1/NOTE`, "no")).toBe(0x87);
    expect(await observer.record("dtck-pub/other-product/gdev1/TEMPERATURE", "8")).toBe(0x90);
    await observer.leave();
  });
  test("2: an API user's token ends at its workspace", async () => {
    const device = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
    const globex = await Raw.login(server.ports.mqtt, { token: TOKENS.globex });
    expect(await device.record("dtck-pub/other-product/gdev1/TEMPERATURE", "1")).toBe(0x90);
    expect(await globex.record(`${PUB}/dev1/NOTE`, "1")).toBe(0x90);
    expect((await globex.subscribe("dtck/+/+/+")).reasonCodes).toEqual([0]);
    await device.record(`${PUB}/dev1/NOTE`, "not for globex");
    expect(await globex.record("dtck-pub/other-product/dev7/TEMPERATURE", "2")).toBe(0);
    expect(await globex.heard("2")).toEqual(["dtck/other-product/dev7/TEMPERATURE 2"]);
    await device.leave();
    await globex.leave();
  });
});

describe("2: rights obey at once on open connections", () => {
  const persistent = { cleanStart: false, properties: { sessionExpiryInterval: 3600 } } as const;

  test("2: a revoked token: DISCONNECT 0x87, in v3 close; session, queue and will are discarded", async () => {
    const user = await account(server, "to revoke", "{ devices: all, can: [record_measurements] }");
    const second = (await server.cli("token", "create", "to revoke@acme")).out.trim();
    const watcher = await Raw.login(server.ports.mqtt, { token: TOKENS.viewer });
    await watcher.subscribe(HEAR);
    const will = (text: string) => ({
      topic: `${PUB}/dev2/NOTE`,
      payload: new TextEncoder().encode(text),
      qos: 1 as const,
      retain: false,
    });
    const { token } = user;
    const v5 = await Raw.login(server.ports.mqtt, { token, clientId: "five", will: will("will of 5"), ...persistent });
    await v5.subscribe(HEAR, 1);
    const v3 = await Raw.login(server.ports.mqtt, { token, clientId: "four", version: 4, will: will("will of 4") });
    const v31 = await Raw.login(server.ports.mqtt, { token, clientId: "three", version: 3 });
    // a session that waits with a queue, and one whose will waits
    const away = await Raw.login(server.ports.mqtt, { token, clientId: "away", ...persistent });
    await away.subscribe(HEAR, 1);
    await away.leave();
    const late = { ...will("delayed will"), properties: { willDelayInterval: 600 } };
    const dying = await Raw.login(server.ports.mqtt, { token, clientId: "dying", will: late, ...persistent });
    dying.reset();
    const other = await Raw.login(server.ports.mqtt, { token: second, clientId: "other token" });
    await other.record(`${PUB}/dev2/NOTE`, "queued");
    await v5.heard("queued");

    await user.revoke();
    const last = (await v5.ended()).at(-1);
    expect(last).toMatchObject({
      type: "disconnect",
      reasonCode: 0x87,
      properties: { reasonString: expect.stringContaining("revoked") },
    });
    expect(await v3.ended()).toEqual([]);
    expect(await v31.ended()).toEqual([]);
    expect((await answer({ token })).code).toBe(0x86);
    for (const clientId of ["five", "away", "dying"]) {
      const again = await Raw.open(server.ports.mqtt);
      expect(await again.connect({ token: second, clientId, ...persistent })).toMatchObject({ sessionPresent: false });
      expect(await again.drain()).toEqual([]);
      await again.leave();
    }
    expect(await other.record(`${PUB}/dev2/NOTE`, "the end")).toBe(0); // the other token goes on
    expect(await watcher.heard("the end")).toEqual(["queued", "the end"].map((t) => `dtck/my-product/dev2/NOTE ${t}`));
    await other.leave();
    await watcher.leave();
  });

  test("2: a revoked token is refused over HTTP too", async () => {
    const user = await account(server, "rest", "{ devices: all, can: [record_measurements] }");
    expect((await server.http("/v1/devices/dev1/", user.token)).status).toBe(200);
    await user.revoke();
    expect((await server.http("/v1/devices/dev1/", user.token)).status).toBe(401);
  });

  test("2: narrowed rights: the next publish obeys", async () => {
    const user = await account(server, "narrowed publisher", "{ devices: all, can: [record_measurements] }");
    const raw = await Raw.login(server.ports.mqtt, { token: user.token });
    expect(await raw.record(`${PUB}/dev3/NOTE`, "a")).toBe(0);
    expect(await raw.record(`${PUB}/dev4/NOTE`, "b")).toBe(0);
    await user.rights("{ device_ids: [dev3], can: [view] }", "{ device_ids: [dev5], can: [record_only] }");
    expect(await raw.record(`${PUB}/dev3/NOTE`, "c")).toBe(0x87);
    expect(await raw.record(`${PUB}/dev4/NOTE`, "d")).toBe(0x90);
    expect(await raw.record(`${PUB}/dev5/NOTE`, "e")).toBe(0);
    await user.rights("{ devices: all, can: [record_measurements] }");
    expect(await raw.record(`${PUB}/dev4/NOTE`, "f")).toBe(0); // and widened ones too
    await raw.leave();
    const stored = await server.history(TOKENS.owner, "dev4", "NOTE");
    expect(stored.map((row) => row.NOTE)).toEqual(["b", "f"]);
  });

  test("2: narrowed rights: the next delivery obeys; queued or in flight, what may not be read is not sent (again)", async () => {
    const user = await account(server, "narrowed subscriber", "{ products: [my-product], can: [view] }");
    const sender = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
    const session = { token: user.token, clientId: "narrow", ...persistent };
    const first = await Raw.login(server.ports.mqtt, {
      ...session,
      properties: { ...persistent.properties, receiveMaximum: 1 },
    });
    await first.subscribe(HEAR, 1);
    await sender.record(`${PUB}/dev10/NOTE`, "in flight"); // sent, never acknowledged
    await first.expect("publish");
    await sender.record(`${PUB}/dev10/NOTE`, "queued and hidden");
    await sender.record(`${PUB}/dev11/NOTE`, "queued and readable");
    expect(await first.drain()).toEqual([]); // receive maximum 1
    await user.rights("{ device_ids: [dev11], can: [view] }");
    await sender.record(`${PUB}/dev10/NOTE`, "after");
    first.reset();
    await first.ended();
    const again = await Raw.open(server.ports.mqtt);
    expect(await again.connect(session)).toMatchObject({ reasonCode: 0, sessionPresent: true });
    expect(await again.heard("queued and readable")).toEqual(["dtck/my-product/dev11/NOTE queued and readable"]);
    expect(await again.drain()).toEqual([]);
    await again.leave();
    await sender.leave();
  });

  test("2: QoS 0 that waits for a slow reader does not leave after the right is gone", async () => {
    const user = await account(server, "slow", "{ products: [my-product], can: [view] }");
    const sender = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
    const slow = await Raw.login(server.ports.mqtt, { token: user.token });
    await slow.subscribe(HEAR);
    slow.socket.pause();
    const big = "x".repeat(50_000);
    let n = 0;
    // until the system's buffers are full and the server holds the rest itself
    await until("unsent output", async () => {
      for (let i = 0; i < 20; i++) await sender.record(`${PUB}/dev12/NOTE`, `${n++} ${big}`);
      return (await server.metric("fieldcast_outbox_bytes")) > 100_000;
    });
    await user.rights("{ device_ids: [dev13], can: [view] }");
    await sender.record(`${PUB}/dev13/NOTE`, "still readable");
    slow.socket.resume();
    const seen = await slow.heard("still readable");
    expect(seen.length - 1).toBeLessThan(n);
    expect(await server.metric("fieldcast_outbox_bytes")).toBe(0);
    await slow.leave();
    await sender.leave();
  });

  test("2: an account that may not use MQTT any more is disconnected with 0x87", async () => {
    const user = await account(server, "switched off", "{ devices: all, can: [view] }");
    const raw = await Raw.login(server.ports.mqtt, { token: user.token });
    await server.apply(`workspaces: [{ slug: acme, api_users: [{ name: "switched off", mqtt: false }] }]`);
    expect((await raw.ended()).at(-1)).toMatchObject({ type: "disconnect", reasonCode: 0x87 });
  });
});

describe("2: what is received before a close is recorded", () => {
  const all = Array.from({ length: 60 }, (_, i) => `value ${i}`);
  const packets = (version: Version, device: string, list = all): Uint8Array =>
    Buffer.concat(list.map((v) => encode(version, publishPacket(`${PUB}/${device}/NOTE`, v))));
  const recorded = async (device: string, wanted = all): Promise<void> => {
    const notes = await until(`${wanted.length} values of ${device}`, async () => {
      const rows = await server.history(TOKENS.device, device, "NOTE");
      return rows.length >= wanted.length && rows.map((row) => row.NOTE);
    });
    expect(notes).toEqual(wanted);
  };
  const hello = (version: Version) => encode(version, connectPacket({ version, token: TOKENS.device, clientId: "s" }));

  test.each(VERSIONS)(
    "2: publishes in one segment with CONNECT wait for the login, then FIN, in version %p",
    async (v) => {
      const raw = await Raw.open(server.ports.mqtt);
      raw.version = v;
      raw.bytes(Buffer.concat([hello(v), packets(v, `dev2${v}`)]));
      raw.fin();
      expect((await raw.ended()).map((p) => p.type)).toEqual(["connack"]);
      await recorded(`dev2${v}`);
    },
  );
  test("2: publishes in one segment with a CONNECT that is refused are not recorded", async () => {
    const raw = await Raw.open(server.ports.mqtt, undefined, elsewhere());
    raw.version = 5;
    raw.bytes(Buffer.concat([encode(5, connectPacket({ token: TOKENS.unknown })), packets(5, "dev26")]));
    expect((await raw.ended()).map((p) => p.type)).toEqual(["connack"]);
    expect(await server.history(TOKENS.device, "dev26", "NOTE")).toEqual([]);
  });
  test("2: QoS 1 in one segment with CONNECT and FIN is recorded and acknowledged", async () => {
    const raw = await Raw.open(server.ports.mqtt);
    const list = all.slice(0, 10);
    const one = list.map((v, i) => encode(5, publishPacket(`${PUB}/dev27/NOTE`, v, { qos: 1, packetId: i + 1 })));
    raw.version = 5;
    raw.bytes(Buffer.concat([hello(5), ...one]));
    raw.fin();
    const types = (await raw.ended()).map((p) => p.type);
    expect(types).toEqual(["connack", ...list.map(() => "puback" as const)]);
    await recorded("dev27", list);
  });
  test("2: over TLS, CONNECT, publishes and the end at once", async () => {
    const raw = await Raw.open(server.ports.mqtts, server.caFile);
    raw.version = 4;
    raw.bytes(Buffer.concat([hello(4), packets(4, "dev28")]));
    raw.fin();
    await raw.ended();
    await recorded("dev28");
  });
  test("2: over WebSocket, publishes and the end at once", async () => {
    const js = await mqttJs(`ws://127.0.0.1:${server.ports.http}/mqtt`, TOKENS.device);
    for (const v of all) js.client.publish(`${PUB}/dev29/NOTE`, v);
    await js.client.endAsync();
    await recorded("dev29");
  });
  test("2: what came before a reset (RST) is recorded", async () => {
    for (let i = 0; i < 5; i++) {
      const raw = await Raw.login(server.ports.mqtt, { token: TOKENS.device, version: 4 });
      raw.bytes(packets(4, `dev3${i}`));
      raw.reset();
      await raw.ended();
      await recorded(`dev3${i}`);
    }
  });
  test("2: CONNECT, publishes and a reset before the CONNACK", async () => {
    for (let i = 0; i < 5; i++) {
      const raw = await Raw.open(server.ports.mqtt);
      raw.version = 4;
      raw.bytes(Buffer.concat([hello(4), packets(4, `dev4${i}`)]));
      raw.reset();
      await raw.ended();
      await recorded(`dev4${i}`);
    }
  });
  test.skipIf(noMosquitto)("2: mosquitto_pub at QoS 0, which sends and goes", async () => {
    const at = ["-h", "127.0.0.1", "-p", String(server.ports.mqtt), "-u", TOKENS.device, "-P", TOKENS.device];
    await mosquittoPub(...at, "-t", `${PUB}/dev50/NOTE`, "-m", "gone");
    await recorded("dev50", ["gone"]);
  });
});

test("2: a secret is never logged, whatever field it was put into", async () => {
  const raw = await Raw.open(server.ports.mqtt, undefined, elsewhere());
  await raw.connect({ token: TOKENS.unknown, clientId: TOKENS.owner });
  await raw.ended();
  const careless = await Raw.login(server.ports.mqtt, { token: TOKENS.device, clientId: TOKENS.device });
  await careless.subscribe(`${TOKENS.device}/#`);
  await careless.record(`dtck-pub/${TOKENS.device}/a/b`, "1");
  careless.bytes([0x10, 0]);
  await careless.ended();
  const log = server.log();
  expect(log).toContain("refused a login");
  expect(log).toMatch(/"why":"This access token is not known here[^\n]*"refused a login"/);
  for (const [name, token] of Object.entries(TOKENS)) if (log.includes(token)) throw new Error(`the log shows ${name}`);
});
