import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type JsClient, login, mosquittoSub, mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { have } from "../run/have.ts";
import { payloadText, Raw, type Wish } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

const url = (): string => `mqtt://127.0.0.1:${server.ports.mqtt}`;
const client = (wish: Wish = {}) => Raw.login(server.ports.mqtt, { token: TOKENS.device, ...wish });
const devices = (function* () {
  for (let n = 20; n < 1000; n++) yield `dev${n}`;
})();
const device = (): string => devices.next().value ?? "";
async function record(id: string, from: number, to: number): Promise<void> {
  const raw = await client();
  for (let n = from; n <= to; n++) expect(await raw.record(`dtck-pub/my-product/${id}/STEPS`, String(n))).toBe(0);
  await raw.leave();
}
const numbers = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}`);
const sorted = (some: readonly string[]): string[] => [...some].sort((a, b) => Number(a) - Number(b));

describe("12: a shared subscription", () => {
  test("MQTT.js as 5 and 3.1.1, at every QoS: each message goes to one of them, all take part [MQTT-4.8.2-3]", async () => {
    const id = device();
    const clients: JsClient[] = [];
    for (const [protocolVersion, qos] of [
      [5, 1],
      [5, 2],
      [4, 0],
      [4, 1],
    ] as const) {
      const js = await mqttJs(url(), TOKENS.device, undefined, { protocolVersion });
      const [granted] = await js.client.subscribeAsync(`$share/workers/dtck/my-product/${id}/+`, { qos });
      expect(granted?.qos).toBe(qos);
      clients.push(js);
    }
    await record(id, 1, 80);
    const heard = (): string[] => clients.flatMap((c) => c.messages.map((m) => m.payload));
    await until("all messages", () => heard().length >= 80);
    expect(sorted(heard())).toEqual(numbers(1, 80));
    for (const c of clients) expect(c.messages.length).toBe(20);
    for (const c of clients) await c.end();
  });
  test.skipIf(!have("mosquitto-clients"))("two mosquitto_sub", async () => {
    const id = device();
    const args = ["-q", "1", "-t", `$share/workers/dtck/my-product/${id}/+`, "-C", "20"];
    const both = [];
    for (const version of ["5", "311"])
      both.push(await mosquittoSub(...login(server.ports.mqtt, TOKENS.device), "-V", version, ...args));
    await record(id, 1, 40);
    const heard = await Promise.all(both.map(({ heard }) => heard));
    expect(heard.map(({ code }) => code)).toEqual([0, 0]);
    expect(sorted(heard.flatMap(({ out }) => out.trim().split("\n")))).toEqual(numbers(1, 40));
  });
  test("one that leaves gives its part to the others", async () => {
    const id = device();
    const filter = `$share/two/dtck/my-product/${id}/STEPS`;
    const [a, b] = [await mqttJs(url(), TOKENS.device), await mqttJs(url(), TOKENS.viewer)];
    for (const js of [a, b]) await js.client.subscribeAsync(filter, { qos: 1 });
    await record(id, 1, 10);
    await until("ten", () => a.messages.length + b.messages.length === 10);
    expect(a.messages.length).toBe(5);
    await a.client.unsubscribeAsync(filter);
    await record(id, 11, 20);
    await until("ten more", () => b.messages.length === 15);
    expect(sorted([...a.messages, ...b.messages].map((m) => m.payload))).toEqual(numbers(1, 20));
    await a.end();
    await b.end();
  });
  test("accounts of two workspaces, or with other rights, do not get each other's messages", async () => {
    const filter = "$share/all/dtck/+/dev7/TEMPERATURE";
    const [acme, globex] = [await client(), await client({ token: TOKENS.globex })];
    for (const raw of [acme, globex]) await raw.subscribe(filter, 1);
    const from = await client({ token: TOKENS.globex });
    for (let n = 1; n <= 4; n++) await from.record("dtck-pub/other-product/dev7/TEMPERATURE", String(n));
    const publishes = (await globex.drain()).filter((p) => p.type === "publish");
    expect(publishes.map(payloadText)).toEqual(["1", "2", "3", "4"]);
    expect((await acme.drain()).filter((p) => p.type === "publish")).toEqual([]);
    for (const raw of [acme, globex, from]) await raw.leave();
  });
  test("a person in several workspaces shares in that of the product that the filter names, otherwise alone", async () => {
    const id = device();
    const [person, devices] = [await client({ token: TOKENS.owner }), await client()];
    for (const raw of [person, devices])
      await raw.subscribe([`$share/named/dtck/my-product/${id}/STEPS`, `$share/any/dtck/+/${id}/STEPS`], 1);
    await record(id, 1, 4);
    const [one, two] = [await person.drain(), await devices.drain()].map((came) =>
      came.flatMap((p) => (p.type === "publish" ? [payloadText(p)] : [])),
    );
    // two of the four that are shared, and all four alone
    expect([one?.length, two?.length]).toEqual([6, 6]);
    expect(sorted([...(one ?? []), ...(two ?? [])])).toEqual(numbers(1, 4).flatMap((n) => [n, n, n]));
    await person.leave();
    await devices.leave();
  });
  test("the metrics say how many groups there are", async () => {
    const raw = await client();
    await raw.subscribe("$share/counted/dtck/#", 1);
    expect(await server.metric("fieldcast_shared_groups")).toBe(1);
    await raw.leave();
    await until("no group", async () => (await server.metric("fieldcast_shared_groups")) === 0);
  });
});

describe("12: across a restart of the server", () => {
  test.each(["stop", "kill"] as const)(
    "%s: what waits, and what is in flight at QoS 2, arrives once [MQTT-4.8.2-4]",
    async (how) => {
      const id = device();
      const filter = `$share/${how}/dtck/my-product/${id}/STEPS`;
      const lasting = (clientId: string): Wish => ({
        clientId: `${how}-${clientId}`,
        cleanStart: false,
        properties: { sessionExpiryInterval: 3600, receiveMaximum: 2 },
      });
      const first = await client(lasting("a"));
      const second = await client(lasting("b"));
      for (const raw of [first, second]) await raw.subscribe(filter, 2);
      await record(id, 1, 10);
      // two each are in flight, six wait for the group
      const had: string[] = [];
      for (const raw of [first, second]) for (let n = 0; n < 2; n++) had.push(payloadText(await raw.expect("publish")));
      if (how === "kill") await server.kill9();
      else await server.stop();
      for (const raw of [first, second]) await raw.closed;
      await server.restart();
      const again = await client(lasting("a"));
      const got: string[] = [];
      while (got.length < 8) {
        const p = await again.next();
        if (p.type === "pubrel") again.send({ type: "pubcomp", packetId: p.packetId, reasonCode: 0 });
        if (p.type !== "publish") continue;
        expect(p.dup).toBe(got.length < 2);
        got.push(payloadText(p));
        again.send({ type: "pubrec", packetId: p.packetId ?? 0, reasonCode: 0 });
      }
      // the other one's two are its own, wherever it is
      const other = await client(lasting("b"));
      for (let n = 0; n < 2; n++) got.push(payloadText(await other.expect("publish")));
      expect(sorted(got)).toEqual(numbers(1, 10));
      expect(got.slice(0, 2)).toEqual(had.slice(0, 2));
      await again.leave();
      await other.leave();
    },
  );
});
