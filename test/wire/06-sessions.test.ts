import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { login as mosquittoLogin, mosquittoPub, mosquittoSub, mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { have } from "../run/have.ts";
import { payloadText, Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { heardJs } from "./told.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

type Wish = NonNullable<Parameters<typeof Raw.login>[1]>;
const VERSIONS = [3, 4, 5] as const;
const client = (more: Wish = {}) => Raw.login(server.ports.mqtt, { token: TOKENS.device, ...more });
const devices = (function* () {
  for (let n = 20; n < 1000; n++) yield `dev${n}`;
})();
const device = (): string => devices.next().value ?? "";
/** A session that outlives its connection. */
const lasting = (clientId: string, version: 3 | 4 | 5 = 5): Wish => ({
  clientId,
  version,
  cleanStart: false,
  ...(version === 5 && { properties: { sessionExpiryInterval: 1000 } }),
});
/** Connects once more to a session; whether it was there. */
async function again(wish: Wish): Promise<{ raw: Raw; present: boolean }> {
  const raw = await Raw.open(server.ports.mqtt);
  const connack = await raw.connect({ token: TOKENS.device, ...wish });
  expect(connack.reasonCode).toBe(0);
  return { raw, present: connack.sessionPresent };
}
/** Records values at QoS 1, in a connection of its own. */
async function publish(id: string, values: readonly string[]): Promise<void> {
  const raw = await client();
  for (const value of values) expect(await raw.record(`dtck-pub/my-product/${id}/NOTE`, value)).toBe(0);
  await raw.leave();
}
/** Takes `count` deliveries and completes each; `payload/qos`. */
async function take(raw: Raw, count: number): Promise<string[]> {
  const seen: string[] = [];
  let open = 0;
  while (seen.length < count || open > 0) {
    const packet = await raw.next();
    if (packet.type === "pubrel") {
      raw.send({ type: "pubcomp", packetId: packet.packetId, reasonCode: 0 });
      open--;
      continue;
    }
    if (packet.type !== "publish") throw new Error(`${packet.type} came instead of a delivery`);
    seen.push(`${payloadText(packet)}/${packet.qos}`);
    const packetId = packet.packetId ?? 0;
    if (packet.qos === 1) raw.send({ type: "puback", packetId, reasonCode: 0 });
    if (packet.qos === 2) {
      raw.send({ type: "pubrec", packetId, reasonCode: 0 });
      open++;
    }
  }
  return seen;
}
const values = (from: number, count: number) => Array.from({ length: count }, (_, n) => `v${from + n}`);

describe("6: persistent sessions", () => {
  test("6: QoS 1 and 2 wait for the absent, QoS 0 does not, in every version [MQTT-4.5.0-1] [MQTT-3.1.2-5] [MQTT-3.1.2-23] [MQTT3-3.1.2-4] [MQTT3-3.1.2-5]", async () => {
    for (const version of VERSIONS)
      for (const qos of [0, 1, 2] as const) {
        const id = device();
        const wish = lasting(`away-${version}-${qos}`, version);
        const first = await client(wish);
        await first.subscribe(`dtck/my-product/${id}/+`, qos);
        await first.leave();
        await publish(id, values(0, 30));
        const { raw, present } = await again(wish);
        expect(present).toBe(version !== 3); // 3.1 does not say
        if (qos === 0) expect(await raw.drain()).toEqual([]);
        else expect(await take(raw, 30)).toEqual(values(0, 30).map((v) => `${v}/${qos}`));
        await publish(id, ["then"]);
        expect(await take(raw, 1)).toEqual([`then/${qos}`]);
        expect(await raw.drain()).toEqual([]);
        await raw.leave();
      }
  });
  test("6: what was in flight when the connection broke is sent again with the same identifiers [MQTT-4.4.0-1] [MQTT-3.3.1-1] [MQTT-4.6.0-1]", async () => {
    for (const version of [4, 5] as const) {
      const id = device();
      const wish = lasting(`broken-${version}`, version);
      const first = await client(wish);
      await first.subscribe(`dtck/my-product/${id}/+`, 1);
      await publish(id, values(0, 3));
      const sent = [await first.expect("publish"), await first.expect("publish"), await first.expect("publish")];
      first.send({ type: "puback", packetId: sent[0]?.packetId ?? 0, reasonCode: 0 });
      await first.drain();
      first.reset();
      const { raw } = await again(wish);
      for (const before of sent.slice(1)) {
        const packet = await raw.expect("publish");
        expect([packet.packetId, payloadText(packet), packet.dup]).toEqual([
          before.packetId,
          payloadText(before),
          true,
        ]);
        raw.send({ type: "puback", packetId: packet.packetId ?? 0, reasonCode: 0 });
      }
      expect(await raw.drain()).toEqual([]);
      await raw.leave();
    }
  });
  test("6: a clean start and a session that expired have forgotten everything [MQTT-3.1.2-4] [MQTT-4.1.0-2] [MQTT3-3.1.2-6]", async () => {
    const id = device();
    const wish = lasting("clean");
    const first = await client(wish);
    await first.subscribe(`dtck/my-product/${id}/+`, 1);
    await first.leave();
    await publish(id, ["lost"]);
    const clean = await again({ ...wish, cleanStart: true });
    expect(clean.present).toBe(false);
    await publish(id, ["nor this"]);
    expect(await clean.raw.drain()).toEqual([]);
    await clean.raw.leave();
    const ending = await client({ ...wish, clientId: "ending", properties: {} }); // expiry 0: with the connection
    await ending.subscribe(`dtck/my-product/${id}/+`, 1);
    await ending.leave();
    const after = await again({ ...wish, clientId: "ending" });
    expect(after.present).toBe(false);
    await after.raw.leave();
  });
  test("6: what a session unsubscribed while others waited is not published to it [MQTT-3.10.4-2]", async () => {
    const [kept, dropped] = [device(), device()];
    const wish = lasting("partly");
    const first = await client(wish);
    await first.subscribe([`dtck/my-product/${kept}/+`, `dtck/my-product/${dropped}/+`], 1);
    first.send({ type: "unsubscribe", packetId: first.id(), filters: [`dtck/my-product/${dropped}/+`] });
    await first.expect("unsuback");
    await first.leave();
    await publish(dropped, ["no"]);
    await publish(kept, ["yes"]);
    const { raw } = await again(wish);
    expect(await take(raw, 1)).toEqual(["yes/1"]);
    expect(await raw.drain()).toEqual([]);
    await raw.leave();
  });
  test.skipIf(!have("mosquitto-clients"))("6: mosquitto_sub -c gets what it missed", async () => {
    const id = device();
    const at = [...mosquittoLogin(server.ports.mqtt, TOKENS.device), "-i", "mosquitto"];
    const filter = `dtck/my-product/${id}/+`;
    const once = await mosquittoSub(...at, "-c", "-q", "1", "-t", filter, "-E");
    await once.heard;
    const topic = `dtck-pub/my-product/${id}/NOTE`;
    for (const text of ["a", "b"])
      await mosquittoPub(...mosquittoLogin(server.ports.mqtt, TOKENS.device), "-q", "2", "-t", topic, "-m", text);
    const back = await mosquittoSub(...at, "-c", "-q", "1", "-t", filter, "-C", "2");
    expect((await back.heard).out.trim().split("\n")).toEqual(["a", "b"]);
  });
  test("6: MQTT.js with clean: false gets what it missed", async () => {
    const id = device();
    const url = `mqtt://127.0.0.1:${server.ports.mqtt}`;
    for (const protocolVersion of [4, 5] as const) {
      const options = {
        clientId: `js${protocolVersion}`,
        clean: false,
        protocolVersion,
        ...(protocolVersion === 5 && { properties: { sessionExpiryInterval: 1000 } }),
      };
      const first = await mqttJs(url, TOKENS.device, undefined, options);
      await first.client.subscribeAsync(`dtck/my-product/${id}/NOTE`, { qos: 2 });
      await first.client.endAsync();
      await publish(id, ["one", "two"]);
      const back = await mqttJs(url, TOKENS.device, undefined, options);
      expect(await heardJs(back, 2)).toEqual(["one", "two"].map((v) => `dtck/my-product/${id}/NOTE ${v}`));
      await back.end();
    }
  });
});

describe("6: sessions across a restart of the server", () => {
  /** A graceful stop, or SIGKILL, and a new start. */
  async function down(how: "stop" | "kill"): Promise<void> {
    if (how === "kill") await server.kill9();
    else expect(await server.stop()).toBe(0);
  }
  const both = ["stop", "kill"] as const;

  test.each(both)("6: queued messages and subscriptions are there again (%s) [MQTT-3.1.2-23]", async (how) => {
    const cases = VERSIONS.flatMap((version) => ([1, 2] as const).map((qos) => ({ version, qos, id: device() })));
    const wish = (version: 3 | 4 | 5, qos: number) => lasting(`restart-${how}-${version}-${qos}`, version);
    for (const { version, qos, id } of cases) {
      const raw = await client(wish(version, qos));
      await raw.subscribe(`dtck/my-product/${id}/note`, qos); // not canonical: read the same way afterwards
      await raw.leave();
      await publish(id, values(0, 25));
    }
    await down(how);
    await server.restart();
    for (const { id } of cases) await publish(id, ["after"]);
    for (const { version, qos, id } of cases) {
      const { raw, present } = await again(wish(version, qos));
      expect(present).toBe(version !== 3);
      expect(await take(raw, 26)).toEqual([...values(0, 25), "after"].map((v) => `${v}/${qos}`));
      await publish(id, ["live"]);
      expect(await take(raw, 1)).toEqual([`live/${qos}`]);
      expect(await raw.drain()).toEqual([]);
      await raw.leave();
    }
  });
  test.each(both)(
    "6: what was connected and in flight goes on where it was (%s) [MQTT-4.4.0-1] [MQTT-4.3.3-6]",
    async (how) => {
      const id = device();
      const [one, two] = [lasting(`flight1-${how}`), lasting(`flight2-${how}`)];
      const first = await client(one);
      await first.subscribe(`dtck/my-product/${id}/+`, 1);
      const second = await client(two);
      await second.subscribe(`dtck/my-product/${id}/+`, 2);
      await publish(id, values(0, 4));
      const at1 = [];
      const at2 = [];
      for (let n = 0; n < 4; n++) {
        at1.push(await first.expect("publish"));
        at2.push(await second.expect("publish"));
      }
      // the first of each is completed; of the second's second, PUBREC was received
      first.send({ type: "puback", packetId: at1[0]?.packetId ?? 0, reasonCode: 0 });
      second.send({ type: "pubrec", packetId: at2[0]?.packetId ?? 0, reasonCode: 0 });
      await second.expect("pubrel");
      second.send({ type: "pubcomp", packetId: at2[0]?.packetId ?? 0, reasonCode: 0 });
      second.send({ type: "pubrec", packetId: at2[1]?.packetId ?? 0, reasonCode: 0 });
      await second.expect("pubrel");
      await first.drain();
      await publish(id, ["sync"]); // another commit: it carries what the clients answered
      await down(how);
      await server.restart();
      const back2 = await again(two);
      const seen: string[] = [];
      const open = new Set<number>();
      let released = 0;
      while (seen.length < 3 || released < 1 || open.size > 0) {
        const packet = await back2.raw.next();
        if (packet.type === "pubrel") {
          // the one whose PUBREC was received, or one that was sent again
          if (packet.packetId === at2[1]?.packetId) released++;
          back2.raw.send({ type: "pubcomp", packetId: packet.packetId, reasonCode: 0 });
          open.delete(packet.packetId);
        } else if (packet.type === "publish") {
          seen.push(payloadText(packet));
          const before = at2.find((p) => payloadText(p) === payloadText(packet));
          if (before) expect(packet.packetId).toBe(before.packetId ?? 0);
          back2.raw.send({ type: "pubrec", packetId: packet.packetId ?? 0, reasonCode: 0 });
          open.add(packet.packetId ?? 0);
        }
      }
      // exactly once: never v1 again, whose PUBREC was received
      expect(seen).toEqual(["v2", "v3", "sync"]);
      expect(released).toBe(1);
      expect(await back2.raw.drain()).toEqual([]);
      const back1 = await again(one);
      const got = (await take(back1.raw, 4)).map((v) => v.slice(0, -2));
      // QoS 1 may be repeated after a crash, but nothing is missing
      expect(got).toEqual(["v1", "v2", "v3", "sync"]);
      await Promise.all([back1.raw.leave(), back2.raw.leave()]);
    },
  );
  test.each(both)(
    "6: an incoming QoS 2 publish that was acknowledged is not recorded again (%s) [MQTT-4.3.3-10] [MQTT-4.3.3-12]",
    async (how) => {
      const id = device();
      const topic = `dtck-pub/my-product/${id}/NOTE`;
      const wish = lasting(`in2-${how}`);
      const raw = await client(wish);
      for (const packetId of [1, 2]) {
        raw.publish(topic, `p${packetId}`, { qos: 2, packetId });
        await raw.expect("pubrec");
      }
      raw.send({ type: "pubrel", packetId: 2, reasonCode: 0 });
      await raw.expect("pubcomp");
      await down(how);
      await server.restart();
      const { raw: back, present } = await again(wish);
      expect(present).toBe(true);
      back.publish(topic, "p1", { qos: 2, packetId: 1, dup: true });
      await back.expect("pubrec");
      back.send({ type: "pubrel", packetId: 1, reasonCode: 0 });
      expect((await back.expect("pubcomp")).reasonCode).toBe(0);
      back.publish(topic, "another p2", { qos: 2, packetId: 2 });
      await back.expect("pubrec");
      const stored = await server.history(TOKENS.device, id, "NOTE");
      expect(stored.map(({ NOTE }) => NOTE)).toEqual(["p1", "p2", "another p2"]);
      await back.leave();
    },
  );
  test.each(both)("6: what was retained is there again (%s)", async (how) => {
    const raw = await client();
    await raw.record("dtck-pub/kept/box1/TEMPERATURE", how === "stop" ? "1.5" : "2.5");
    await down(how);
    await server.restart();
    const back = await client();
    await back.subscribe("dtck/kept/box1/+");
    const heard = await back.expect("publish");
    expect([payloadText(heard), heard.retain]).toEqual([how === "stop" ? "1.5" : "2.5", true]);
    await back.leave();
  });
  test("6: a v5 client is told that the server stops", async () => {
    const raw = await client();
    await server.stop();
    const [last] = await raw.ended();
    expect(last).toMatchObject({ type: "disconnect", reasonCode: 0x8b });
    await server.restart();
  });
});
