import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { payloadText, Raw, type Wish } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ flags: ["--outbound-topic-aliases", "3"] });
});
afterAll(() => server.remove());

const client = (wish: Wish = {}) => Raw.login(server.ports.mqtt, { token: TOKENS.device, ...wish });
const topics = ["dev30", "dev31", "dev32", "dev33"].map((id) => `my-product/${id}/STEPS`);
/** Records a value of each topic in turn, some times over. */
async function record(rounds: number): Promise<void> {
  const raw = await client();
  for (let n = 0; n < rounds; n++)
    for (const [i, topic] of topics.entries())
      expect(await raw.record(`dtck-pub/${topic}`, String(n * topics.length + i))).toBe(0);
  await raw.leave();
}

describe("14: topic aliases of deliveries", () => {
  test("a client that allows two gets two, in their order, and no topic with them from then on [MQTT-3.1.2-26] [MQTT-3.3.2-11]", async () => {
    const raw = await client({ properties: { topicAliasMaximum: 2 } });
    await raw.subscribe("dtck/my-product/+/STEPS", 1);
    await record(2);
    const came = (await raw.drain()).filter((p) => p.type === "publish");
    expect(came.map((p) => [p.topic, p.properties?.topicAlias, payloadText(p)])).toEqual([
      [`dtck/${topics[0]}`, 1, "0"],
      [`dtck/${topics[1]}`, 2, "1"],
      [`dtck/${topics[2]}`, undefined, "2"],
      [`dtck/${topics[3]}`, undefined, "3"],
      ["", 1, "4"],
      ["", 2, "5"],
      [`dtck/${topics[2]}`, undefined, "6"],
      [`dtck/${topics[3]}`, undefined, "7"],
    ]);
    await raw.leave();
  });
  test("a client that allows more than the server gives gets as many as that; one that allows none gets none [MQTT-3.1.2-27]", async () => {
    const many = await client({ properties: { topicAliasMaximum: 65_535 } });
    const none = await client();
    const old = await client({ version: 4 });
    for (const raw of [many, none, old]) await raw.subscribe("dtck/my-product/+/STEPS");
    await record(2);
    const came = async (raw: Raw) => (await raw.drain()).filter((p) => p.type === "publish");
    expect((await came(many)).map((p) => p.properties?.topicAlias)).toEqual([1, 2, 3, undefined, 1, 2, 3, undefined]);
    for (const raw of [none, old])
      expect((await came(raw)).map((p) => [p.topic, p.properties?.topicAlias])).toEqual(
        [...topics, ...topics].map((topic) => [`dtck/${topic}`, undefined]),
      );
    for (const raw of [many, none, old]) await raw.leave();
  });
  test.each([0, 1, 2] as const)("MQTT.js reads every topic, QoS %d", async (qos) => {
    const url = `mqtt://127.0.0.1:${server.ports.mqtt}`;
    const js = await mqttJs(url, TOKENS.device, undefined, { properties: { topicAliasMaximum: 10 } });
    const aliases: (number | undefined)[] = [];
    js.client.on("packetreceive", (p) => {
      if (p.cmd === "publish") aliases.push(p.properties?.topicAlias);
    });
    await js.client.subscribeAsync("dtck/my-product/+/STEPS", { qos });
    await record(3);
    await until("twelve messages", () => js.messages.length === 12);
    expect(js.messages).toEqual(
      Array.from({ length: 12 }, (_, i) => ({ topic: `dtck/${topics[i % 4]}`, payload: String(i) })),
    );
    // at QoS 2 it would lose a topic that is not beside its alias
    expect(aliases.filter((alias) => alias !== undefined).length).toBe(9);
    await js.end();
  });
});

describe("14: topic aliases of clients are off by default", () => {
  const NOTE = "dtck-pub/my-product/dev34/NOTE";
  /** The reason and the text of the DISCONNECT. */
  async function told(raw: Raw): Promise<[number | undefined, string | undefined]> {
    const last = (await raw.ended()).at(-1);
    return last?.type === "disconnect" ? [last.reasonCode, last.properties?.reasonString] : [undefined, undefined];
  }
  test("CONNACK announces 0; a client that uses one all the same is told what to do [MQTT-3.3.2-9]", async () => {
    const raw = await Raw.open(server.ports.mqtt);
    expect((await raw.connect({ token: TOKENS.device })).properties?.topicAliasMaximum).toBe(0);
    raw.publish(NOTE, "1", { qos: 1, packetId: 1, properties: { topicAlias: 1 } });
    expect(await told(raw)).toEqual([
      0x94,
      "This server takes no topic aliases (Topic Alias Maximum 0): send every publish with its topic. --topic-alias-maximum allows them.",
    ]);
  });
  test("what is sent again with an alias alone after a reconnect: the DISCONNECT says that aliases end with their connection", async () => {
    const allowing = await startServer({ flags: ["--topic-alias-maximum", "5"] });
    try {
      const wish = { token: TOKENS.device, clientId: "again", cleanStart: false };
      const properties = { sessionExpiryInterval: 600 };
      const raw = await Raw.login(allowing.ports.mqtt, { ...wish, properties });
      raw.publish(NOTE, "1", { qos: 1, packetId: 1, properties: { topicAlias: 5 } });
      await raw.expect("puback");
      raw.reset();
      const again = await Raw.login(allowing.ports.mqtt, { ...wish, properties });
      again.publish("", "1", { qos: 1, packetId: 1, dup: true, properties: { topicAlias: 5 } });
      expect(await told(again)).toEqual([
        0x82,
        expect.stringContaining("aliases end with their connection. Send the topic"),
      ]);
      const above = await Raw.login(allowing.ports.mqtt, wish);
      above.publish(NOTE, "1", { properties: { topicAlias: 6 } });
      expect(await told(above)).toEqual([0x94, expect.stringContaining("is above the maximum of 5: send the topic")]);
    } finally {
      await allowing.remove();
    }
  });
  test("MQTT.js that gives aliases by itself sends none, and what it had in flight arrives after a reconnect", async () => {
    const url = `mqtt://127.0.0.1:${server.ports.mqtt}`;
    const js = await mqttJs(url, TOKENS.device, undefined, {
      clientId: "js alias",
      autoAssignTopicAlias: true,
      autoUseTopicAlias: true,
      clean: false,
      reconnectPeriod: 20,
      properties: { sessionExpiryInterval: 600 },
    });
    const aliases: (number | undefined)[] = [];
    js.client.on("packetsend", (p) => {
      if (p.cmd === "publish") aliases.push(p.properties?.topicAlias);
    });
    await js.client.publishAsync(NOTE, "before", { qos: 1 });
    const flying = js.client.publishAsync(NOTE, "in flight", { qos: 1 });
    js.client.stream.destroy();
    await flying;
    await js.client.publishAsync(NOTE, "after", { qos: 1 });
    expect(aliases.length).toBeGreaterThan(2);
    expect(aliases.every((alias) => alias === undefined)).toBe(true);
    await js.end();
  });
});
