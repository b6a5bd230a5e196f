import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { IPublishPacket } from "mqtt";
import type { PublishPacket } from "../../src/codec/index.ts";
import { type JsClient, login as mosquittoLogin, mosquittoPub, mosquittoSub, mqttJs } from "../run/clients.ts";
import { FLEET, TOKENS } from "../run/fleet.ts";
import { have } from "../run/have.ts";
import { payloadText, Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

/** Free topics (wire contract section 4): ordinary MQTT between the clients of one workspace. */
const ADMIN = "0a".repeat(20);
const GLOBEX = "0b".repeat(20);
const GUEST = `- { name: guest, rights: [{ free_topics: ["#"], can: [publish, subscribe] }] }`;
/** The default fleet with an API user for clients without credentials, and an admin of each workspace. */
const WITH_ADMINS = `${FLEET.replace("- name: field devices", `${GUEST}\n      - name: field devices`)}
  - { email: a@example.com, token: ${ADMIN}, workspaces: { acme: admin } }
  - { email: g@example.com, token: ${GLOBEX}, workspaces: { globex: admin } }
`;
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ fleet: WITH_ADMINS, flags: ["--free-topics", "--anonymous", "acme/guest"] });
});
afterAll(() => server.remove());

const url = (): string => `mqtt://127.0.0.1:${server.ports.mqtt}`;
const js = (options: Parameters<typeof mqttJs>[3] = {}, token = ADMIN): Promise<JsClient> =>
  mqttJs(url(), token, undefined, options);
const raw = (more: Parameters<typeof Raw.login>[1] = {}): Promise<Raw> =>
  Raw.login(server.ports.mqtt, { token: ADMIN, ...more });
const heard = (one: JsClient, count: number): Promise<string[]> =>
  until(`${count} messages`, () =>
    one.messages.length >= count ? one.messages.map(({ topic, payload }) => `${topic} ${payload}`) : null,
  );
const publishesOf = async (one: Raw): Promise<PublishPacket[]> =>
  (await one.drain()).filter((packet) => packet.type === "publish");

describe("4: MQTT.js", () => {
  for (const [name, options] of [
    ["3.1", { protocolVersion: 3, protocolId: "MQIsdp" }],
    ["3.1.1", { protocolVersion: 4 }],
    ["5", { protocolVersion: 5 }],
  ] as const)
    test(`${name}: every QoS both ways, retained messages, a will`, async () => {
      const root = `js/${name}`;
      const sub = await js({ ...options, clientId: `s${name}` });
      await sub.client.subscribeAsync(`${root}/#`, { qos: 2 });
      const will = { topic: `${root}/will`, payload: Buffer.from("gone"), qos: 1, retain: true } as const;
      const pub = await js({ ...options, clientId: `p${name}`, will });
      for (const qos of [0, 1, 2] as const) await pub.client.publishAsync(`${root}/q${qos}`, `${qos}`, { qos });
      await pub.client.publishAsync(`${root}/kept`, "old", { retain: true });
      await pub.client.publishAsync(`${root}/kept`, "new", { retain: true, qos: 1 });
      pub.client.stream.destroy();
      expect((await heard(sub, 6)).sort()).toEqual(
        [`kept new`, `kept old`, `q0 0`, `q1 1`, `q2 2`, `will gone`].map((word) => `${root}/${word}`),
      );
      const late = await js({ ...options, clientId: `l${name}` });
      await late.client.subscribeAsync(`${root}/+`, { qos: 1 });
      expect((await heard(late, 2)).sort()).toEqual([`${root}/kept new`, `${root}/will gone`]);
      for (const one of [sub, pub, late]) await one.end();
    });

  test("5: request and response: the answer goes where the Response Topic says, with its Correlation Data", async () => {
    const service = await js({ clientId: "service" });
    service.client.on("message", (_, payload, { properties }: IPublishPacket) => {
      const { responseTopic = "", correlationData } = properties ?? {};
      const answer = `${payload.toString()} is answered`;
      service.client.publish(responseTopic, answer, {
        qos: 1,
        properties: { ...(correlationData && { correlationData }), contentType: "text/plain" },
      });
    });
    await service.client.subscribeAsync("service/ask", { qos: 1 });
    const asks = await js({ clientId: "asks" });
    const answers: IPublishPacket[] = [];
    asks.client.on("message", (_topic, _payload, packet) => void answers.push(packet));
    await asks.client.subscribeAsync("answers/asks", { qos: 1 });
    for (const n of [1, 2])
      await asks.client.publishAsync("service/ask", `q${n}`, {
        qos: 1,
        properties: { responseTopic: "answers/asks", correlationData: Buffer.from([0, n]) },
      });
    await until("two answers", () => (answers.length >= 2 ? true : null));
    expect(answers.map((p) => [String(p.payload), [...(p.properties?.correlationData ?? [])]])).toEqual([
      ["q1 is answered", [0, 1]],
      ["q2 is answered", [0, 2]],
    ]);
    expect(answers[0]?.properties?.contentType).toBe("text/plain");
    await asks.end();
    await service.end();
  });
});

describe.skipIf(!have("mosquitto-clients"))("4: mosquitto_pub and mosquitto_sub", () => {
  test("retained, in every version; an empty one removes it", async () => {
    const at = mosquittoLogin(server.ports.mqtt, ADMIN);
    for (const version of ["31", "311", "5"]) {
      const topic = `mosquitto/${version}`;
      const run = await mosquittoPub(...at, "-V", `mqttv${version}`, "-t", topic, "-m", "kept", "-r", "-q", "2");
      expect(run.code).toBe(0);
      const sub = await mosquittoSub(...at, "-V", `mqttv${version}`, "-t", `${topic}/#`, "-C", "1", "-v", "-q", "1");
      expect((await sub.heard).out).toContain(`${topic} kept`);
      expect((await mosquittoPub(...at, "-t", topic, "-n", "-r", "-q", "1")).code).toBe(0);
    }
    const check = await raw();
    await check.subscribe("mosquitto/#");
    expect(await publishesOf(check)).toEqual([]);
    await check.leave();
  });
  test("user properties and expiry reach the subscriber in their order [MQTT-3.3.2-18]", async () => {
    const at = mosquittoLogin(server.ports.mqtt, ADMIN);
    const sub = await raw();
    await sub.subscribe("mosquitto/props", 1);
    const props = ["-D", "publish", "user-property", "b", "1", "-D", "publish", "user-property", "a", "2"];
    const expiry = ["-D", "publish", "message-expiry-interval", "50"];
    await mosquittoPub(...at, "-V", "mqttv5", "-t", "mosquitto/props", "-m", "x", ...props, ...expiry);
    const got = await sub.expect("publish");
    expect(got.properties?.userProperties).toEqual([
      ["b", "1"],
      ["a", "2"],
    ]);
    expect(got.properties?.messageExpiryInterval).toBeGreaterThan(45);
    await sub.leave();
  });
  test("clients without credentials act as the API user of --anonymous", async () => {
    const at = ["-h", "localhost", "-p", String(server.ports.mqtt)];
    const sub = await mosquittoSub(...at, "-t", "guests/#", "-C", "1", "-v");
    expect((await mosquittoPub(...at, "-t", "guests/hello", "-m", "world")).code).toBe(0);
    expect((await sub.heard).out).toContain("guests/hello world");
  });
});

test("4: a subscriber to # hears free topics and the measurements it may view, never $SYS; free ones are not stored", async () => {
  const all = await raw({ clientId: "all" });
  await all.subscribe("#");
  await all.drain();
  const pub = await raw({ clientId: "pub" });
  expect(await pub.record("loop/free", "21.5")).toBe(0);
  expect(await pub.record("dtck-pub/my-product/dev900/STEPS", "7")).toBe(0);
  expect(await pub.record("$SYS/x", "1")).toBe(0x90);
  expect(await pub.record("dtck/my-product/dev900/STEPS", "1")).toBe(0x90);
  await pub.record("loop/end", "end");
  expect((await all.heard("end")).filter((word) => !word.startsWith("dtck-errors/"))).toEqual([
    "loop/free 21.5",
    "dtck/my-product/dev900/STEPS 7",
    "loop/end end",
  ]);
  expect(await server.metric("fieldcast_free_messages_total")).toBeGreaterThan(1);
  await all.leave();
  await pub.leave();
});

test("4: another workspace hears nothing, nor do accounts without rights", async () => {
  const far = await raw({ token: GLOBEX, clientId: "far" });
  await far.subscribe("#");
  const none = await raw({ token: TOKENS.device, clientId: "none" });
  await none.subscribe("#");
  const pub = await raw({ clientId: "pub" });
  await pub.record("walls/a", "1");
  const refused = await raw({ token: TOKENS.device, clientId: "p2" });
  expect(await refused.record("walls/a", "2")).toBe(0x90);
  const told = (await publishesOf(none)).map(({ topic }) => topic);
  expect(told.filter((topic) => !topic.startsWith("dtck-errors/"))).toEqual([]);
  expect((await publishesOf(far)).map(({ topic }) => topic)).toEqual([]);
  for (const one of [far, none, pub, refused]) await one.leave();
});

test("6: a kill loses nothing that was acknowledged: queue, retained message, will, QoS 2", async () => {
  const stored = { cleanStart: false, properties: { sessionExpiryInterval: 1000 } };
  const away = await raw({ clientId: "away", ...stored });
  await away.subscribe("kill/#", 2);
  away.reset();
  await away.closed;
  const pub = await raw({ clientId: "kpub", ...stored });
  for (let n = 1; n <= 20; n++) expect(await pub.record("kill/q1", String(n))).toBe(0);
  pub.publish("kill/q2", "twice?", { qos: 2, packetId: 500 });
  await pub.expect("pubrec");
  pub.publish("kill/kept", "still here", { qos: 1, packetId: 501, retain: true });
  await pub.expect("puback");
  const properties = { willDelayInterval: 0, contentType: "c" };
  const payload = new TextEncoder().encode("killed");
  await raw({ clientId: "kwill", ...stored, will: { topic: "kill/will", payload, qos: 1, retain: false, properties } });
  await server.kill9();
  await server.restart();
  // the same publish again: it was stored
  const again = await raw({ clientId: "kpub", ...stored });
  again.publish("kill/q2", "twice?", { qos: 2, packetId: 500, dup: true });
  await again.expect("pubrec");
  again.send({ type: "pubrel", packetId: 500, reasonCode: 0 });
  await again.expect("pubcomp");
  const back = await Raw.open(server.ports.mqtt);
  expect((await back.connect({ token: ADMIN, clientId: "away", ...stored })).sessionPresent).toBe(true);
  const got: PublishPacket[] = [];
  while (got.length < 23) {
    const packet = await back.next();
    if (packet.type === "pubrel") back.send({ type: "pubcomp", packetId: packet.packetId, reasonCode: 0 });
    if (packet.type !== "publish") continue;
    got.push(packet);
    const answer = packet.qos === 1 ? ("puback" as const) : ("pubrec" as const);
    back.send({ type: answer, packetId: packet.packetId ?? 0, reasonCode: 0 });
  }
  const of = (topic: string): string[] => got.filter((p) => p.topic === topic).map(payloadText);
  expect(of("kill/q1")).toEqual(Array.from({ length: 20 }, (_, i) => String(i + 1)));
  expect([of("kill/q2"), of("kill/kept"), of("kill/will")]).toEqual([["twice?"], ["still here"], ["killed"]]);
  expect(got.find((p) => p.topic === "kill/will")?.properties?.contentType).toBe("c");
  const fresh = await raw({ clientId: "fresh" });
  await fresh.subscribe("kill/kept");
  const kept = await fresh.expect("publish");
  expect([payloadText(kept), kept.retain]).toEqual(["still here", true]);
  for (const one of [again, back, fresh]) await one.leave();
});

test("9: above --max-retained-messages a new one is refused with 0x97, and says what to do", async () => {
  const small = await startServer({ fleet: WITH_ADMINS, flags: ["--free-topics", "--max-retained-messages", "2"] });
  const one = await Raw.login(small.ports.mqtt, { token: ADMIN });
  for (const [n, reason] of [0, 0, 0x97].entries()) {
    one.publish(`t/${n}`, "x", { qos: 1, retain: true, packetId: n + 1 });
    const puback = await one.expect("puback");
    expect(puback.reasonCode).toBe(reason);
    if (reason > 0) expect(puback.properties?.reasonString).toContain("retained");
  }
  expect(await small.metric("fieldcast_retained_messages")).toBe(2);
  await one.leave();
  await small.remove();
});
