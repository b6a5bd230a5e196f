import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { mqttJs } from "../run/clients.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

const TOKEN = "0123456789abcdef0123456789abcdef01234567";
const KEYS = {
  plain: "11111111-1111-4111-8111-111111111111",
  read: "22222222-2222-4222-8222-222222222222",
  loops: "33333333-3333-4333-8333-333333333333",
};
const fleet = `workspaces:
  - slug: acme
    name: Acme
    products:
      - slug: plain
        name: Plain
        integration_key: ${KEYS.plain}
        fields: [{ id: TEMPERATURE, type: NUMERIC }, { id: OPEN, type: BOOL }]
        devices: [{ id: p1, serial: P-1 }, { id: p2 }]
      - slug: read
        name: Read
        integration_key: ${KEYS.read}
        fields: [{ id: TEMPERATURE, type: NUMERIC }]
        devices: [{ id: r1, serial: R-1 }]
      - slug: loops
        name: Loops
        integration_key: ${KEYS.loops}
        fields: [{ id: TEMPERATURE, type: NUMERIC }]
        devices: [{ id: l1 }]
    api_users:
      - { name: all, token: ${TOKEN}, rights: [{ devices: all, can: [view, record_measurements] }, { workspace: [integrations, devices] }] }
`;

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ fleet });
});
afterAll(() => server?.remove());

async function send(product: keyof typeof KEYS, body: string, headers: Record<string, string> = {}): Promise<string> {
  const answer = await server.http(`/integrations/api/${KEYS[product]}/`, undefined, { method: "POST", body, headers });
  return `${answer.status} ${await answer.text()}`;
}
interface Pass {
  readonly outcome: string;
  readonly messages: readonly string[];
  readonly decoder: { readonly error: { readonly message: string; readonly line: number } | null } | null;
}
async function passes(product: string): Promise<Pass[]> {
  const answer = await server.http(`/api/v1/products/${product}/passes`, TOKEN);
  return ((await answer.json()) as { items: Pass[] }).items; // as the document of the API says
}
async function setDecoder(product: string, code: string): Promise<void> {
  const file = join(server.folder, `${product}.js`);
  writeFileSync(file, code);
  expect((await server.cli("decoder", "set", product, file)).code).toBe(0);
}

test("18: what a device posts is heard on MQTT, and is answered when it is stored", async () => {
  const client = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, TOKEN);
  await client.client.subscribeAsync("dtck/plain/+/+", { qos: 1 });
  expect(await send("plain", '{"serial":"P-1","temperature":21.5,"open":"on","co2":400}')).toBe("200 thanks");
  await until("both values", () => client.messages.length >= 2);
  expect(client.messages.map(({ topic, payload }) => `${topic} ${payload}`).sort()).toEqual([
    "dtck/plain/p1/OPEN true",
    "dtck/plain/p1/TEMPERATURE 21.5",
  ]);
  expect((await server.history(TOKEN, "p1", "TEMPERATURE")).map((row) => row.TEMPERATURE)).toEqual([21.5]);
  await client.end();
});

test("18: the command line shows what passed, and makes what came and is not there", async () => {
  const shown = await server.cli("passes", "plain", "p1");
  expect(shown.out).toMatch(/http +127\.0\.0\.1 +p1 +partly stored +2\/3/);
  const full = await server.cli("passes", "plain", "--full");
  expect(full.out).toContain("suggested: p1 CO2 = 400  (plain has no such field.)");
  expect(full.out).not.toContain(KEYS.plain);
  expect((await server.cli("suggestion", "list", "plain")).out).toMatch(/field +CO2 +NUMERIC +1 +\S+ +400/);
  expect((await server.cli("suggestion", "create", "plain", "co3")).err).toContain(
    'Neither a field nor a device "co3"',
  );
  expect((await server.cli("suggestion", "create", "plain", "co2")).out).toBe("Created: field CO2.\n");
  expect(await send("plain", '{"device":"p1","co2":410}')).toBe("200 thanks");
  expect((await server.history(TOKEN, "p1", "CO2")).map((row) => row.CO2)).toEqual([410]);
  // a name alone is of what it is suggested as
  expect(await send("plain", '{"device":"S77","co2":410}')).toBe("200 thanks");
  expect((await server.cli("suggestion", "ignore", "plain", "S77")).out).toBe("Ignored: device S77.\n");
  expect((await server.cli("suggestion", "list", "plain")).err).toContain("Nothing is suggested");
  expect((await server.cli("passes", "nowhere")).err).toContain("no product");
  expect((await server.cli("passes")).code).toBe(2);
});

test("18: a decoder is set, fails with its line, is mended and rolled back; no failure is one of the device", async () => {
  await setDecoder("read", "function Decoder(request) {\n  return nothing.there;\n}\n");
  expect(await send("read", "x")).toBe("200 thanks");
  const [failed] = await passes("read");
  expect(failed).toMatchObject({ outcome: "failed", decoder: { error: { line: 2 } } });
  await setDecoder(
    "read",
    'function Decoder(r) { return [{ device: "R-1", field: "temperature", value: Number(r.body) }]; }',
  );
  expect(await send("read", "7")).toBe("200 thanks");
  expect((await server.history(TOKEN, "r1", "TEMPERATURE")).map((row) => row.TEMPERATURE)).toEqual([7]);
  expect((await server.cli("decoder", "roll-back", "read")).code).toBe(0);
  await send("read", "8");
  expect((await passes("read")).map(({ outcome }) => outcome)).toEqual(["failed", "stored", "failed"]);
  await server.cli("decoder", "roll-back", "read", "--number", "2");
});

test("18: a decoder that does not let itself be stopped is switched off, harms nobody else, and goes on when it is mended", async () => {
  await setDecoder("loops", "function Decoder() { return [].indexOf.call({ length: Number.MAX_SAFE_INTEGER }, 1); }");
  const client = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, TOKEN);
  const looping = Array.from({ length: 6 }, () => send("loops", "x"));
  // others go on meanwhile: records over MQTT and HTTP, another decoder, no decoder
  for (let n = 0; n < 20; n++) {
    await client.client.publishAsync("dtck-pub/plain/p2/TEMPERATURE", String(n), { qos: 1 });
    expect(await send("plain", JSON.stringify({ device: "p2", open: n % 2 === 0 }))).toBe("200 thanks");
    expect(await send("read", String(100 + n))).toBe("200 thanks");
  }
  expect(await Promise.all(looping)).toEqual(looping.map(() => "200 thanks"));
  await client.end();
  expect((await server.history(TOKEN, "p2", "TEMPERATURE")).map((row) => row.TEMPERATURE)).toEqual([
    ...Array(20).keys(),
  ]);
  expect((await server.history(TOKEN, "r1", "TEMPERATURE")).slice(-20).map((row) => row.TEMPERATURE)).toEqual(
    [...Array(20).keys()].map((n) => 100 + n),
  );
  const off = (await passes("loops")).filter(({ messages }) => messages.length > 0);
  expect(off.length).toBe(4);
  expect(off[0]?.messages[0]).toContain("fieldcast decoder off loops");
  expect(server.log()).toContain("a decoder is switched off");
  await setDecoder("loops", 'function Decoder() { return { device: "l1", temperature: 1 }; }');
  expect(await send("loops", "x")).toBe("200 thanks");
  expect((await passes("loops"))[0]?.outcome).toBe("stored");
});

test("18: passes and suggestions are there after a restart, and what comes again is known", async () => {
  expect(await send("plain", '{"device":"p2","humidity":50,"temperature":1}', { "Idempotency-Key": "one" })).toBe(
    "200 thanks",
  );
  const before = await passes("plain");
  await server.restart();
  expect(await passes("plain")).toEqual(before);
  expect(await send("plain", '{"device":"p2","humidity":50,"temperature":1}', { "Idempotency-Key": "one" })).toBe(
    "200 thanks",
  );
  expect((await passes("plain"))[0]?.outcome).toBe("repeated");
  expect((await server.cli("suggestion", "list", "plain", "--json")).out).toContain('"HUMIDITY"');
  const listed = JSON.parse((await server.cli("suggestion", "list", "plain", "--json")).out) as {
    name: string;
    count: number;
  }[];
  expect(listed.map(({ name, count }) => [name, count])).toEqual([["HUMIDITY", 1]]);
});

test("18: who watches sees passes as they come", async () => {
  const answer = await server.http("/api/v1/inspect/live?kind=pass", TOKEN);
  const reader = answer.body?.getReader();
  if (!reader) throw new Error("the stream has no body");
  await send("plain", '{"device":"p1","temperature":3}');
  let text = "";
  await until("the pass", async () => {
    const { value } = await reader.read();
    text += new TextDecoder().decode(value);
    return text.includes("event: pass");
  });
  await reader.cancel();
  const data = JSON.parse(/event: pass\ndata: (.*)/.exec(text)?.[1] ?? "{}") as Record<string, unknown>;
  expect(data).toMatchObject({
    kind: "pass",
    device: "plain/p1",
    code: "stored",
    message: "1 of 1 row stored.",
    topic: "http",
  });
  expect(data.account).toMatchObject({ name: "integration of plain" });
});
