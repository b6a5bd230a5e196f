import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

/** What somebody does who sets a decoder for the first time, with a real server, commands, requests and an MQTT client. */

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

const file = (name: string, code: string) => {
  const path = join(server.folder, name);
  writeFileSync(path, code);
  return path;
};
async function told(...args: string[]) {
  const { code, out, err } = await server.cli(...args, "--json");
  if (code !== 0) throw new Error(`${args.join(" ")}: ${err}`);
  return JSON.parse(out);
}

/** A client that hears every temperature. */
async function listen() {
  const client = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, TOKENS.viewer);
  await client.client.subscribeAsync("dtck/my-product/+/TEMPERATURE", { qos: 1 });
  return client;
}

test("tried, set, heard over MQTT, changed, compared with what came, rolled back, and switched off", async () => {
  const tenths = file(
    "tenths.js",
    "function Decoder(request) {\n  var p = JSON.parse(request.body);\n  return [{ device: p.id, field: 'temperature', value: p.t / 10 }];\n}\n",
  );
  const halves = file(
    "halves.js",
    "function Decoder(request) {\n  var p = JSON.parse(request.body);\n  return [{ device: p.id, field: 'temperature', value: p.t / 2 }];\n}\n",
  );
  const broken = file("broken.js", "function Decoder(request) {\n  return [;\n}\n");
  const { integration_key: key } = await told("integration", "show", "my-product");
  const send = async (t: number) => {
    const answer = await server.http(`/integrations/api/${key}/`, undefined, {
      method: "POST",
      body: JSON.stringify({ id: "BR-1", t }),
    });
    expect([answer.status, await answer.text()]).toEqual([200, "thanks"]);
  };
  let client = await listen();
  const next = (value: string) =>
    until(`${value} over MQTT`, async () => client.messages.some(({ payload }) => payload === value));

  const one = await told("decoder", "try", tenths, "--product", "my-product", "--body", '{"id":"BR-1","t":215}');
  expect(one.tried).toMatchObject({ error: null, rows: [{ field: "TEMPERATURE", value: 21.5, fate: "stored" }] });
  const refused = await server.cli("decoder", "set", "my-product", broken);
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("line 2: SyntaxError")]);
  expect((await server.cli("decoder", "set", "my-product", tenths)).out).toBe(
    "Version 1 of the decoder of my-product is in force.\n",
  );
  await send(215);
  await next("21.5");

  const compared = await told("decoder", "try", halves, "--product", "my-product", "--recorded");
  expect(compared.recorded).toMatchObject([
    { now: { rows: [{ value: 107.5 }] }, before: { rows: [{ value: 21.5 }], version: 1 } },
  ]);
  expect(client.messages).toHaveLength(1); // what is tried is not published
  expect((await told("decoder", "set", "my-product", halves, "--note", "halves")).number).toBe(2);
  await send(50);
  await next("25");
  await server.cli("decoder", "roll-back", "my-product");
  await send(220);
  await next("22");

  await client.end();
  await server.restart();
  client = await listen();
  expect(await told("decoder", "list", "my-product")).toMatchObject([
    { number: 1, in_force: true, stopped: false },
    { number: 2, in_force: false, note: "halves" },
  ]);
  await server.cli("decoder", "off", "my-product");
  const plain = await server.http(`/integrations/api/${key}/`, undefined, {
    method: "POST",
    body: JSON.stringify({ device: "BR-1", temperature: 3.25 }),
  });
  expect(plain.status).toBe(200);
  await next("3.25");
  await client.end();
}, 60_000);

test("a script that hangs while it is tried ends a process of its own, and none that devices wait for", async () => {
  const fine = file("fine.js", "function Decoder(request) { return JSON.parse(request.body); }\n");
  const hangs = file(
    "hangs.js",
    "function Decoder() { return [].includes.call({ length: Number.MAX_SAFE_INTEGER }, 1); }\n",
  );
  await told("decoder", "set", "my-product", fine);
  const { integration_key: key } = await told("integration", "show", "my-product");
  const send = (t: number) =>
    server.http(`/integrations/api/${key}/`, undefined, {
      method: "POST",
      body: JSON.stringify({ device: "BR-1", temperature: t }),
    });
  expect((await send(1)).status).toBe(200);
  const trying = server.cli("decoder", "try", hangs, "--product", "my-product", "--body", "{}", "--json");
  for (let t = 2; t < 20; t++) expect((await send(t)).status).toBe(200);
  const { code, out } = await trying;
  expect([code, JSON.parse(out).tried.error.message]).toEqual([1, expect.stringContaining("could not be stopped")]);
  // the server says so when a process ends that runs what devices send
  expect(server.log()).not.toContain("a process that runs decoders ended");
  expect(await told("decoder", "list", "my-product")).toMatchObject([{}, {}, { in_force: true, stopped: false }]);
}, 60_000);
