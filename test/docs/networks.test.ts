import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NETWORK_ADDRESSES } from "../../src/networks/index.ts";
import { mqttJs, type JsClient } from "../run/clients.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { examplesOf } from "./examples.ts";

// the pages about networks, each request of which is sent to a server as it stands there
setDefaultTimeout(60_000);

const DOCS = join(import.meta.dir, "..", "..", "docs");
const page = (name: string) => readFileSync(join(DOCS, name), "utf8");
const blocks = (text: string, kind: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${kind}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, body = ""]) => body);
const indented = (text: string, by: number) => text.replace(/^(?=.)/gm, " ".repeat(by));

const TOKEN = "0123456789abcdef0123456789abcdef01234567";
const USER = `    api_users:
      - { name: networks, token: ${TOKEN}, rights: [{ devices: all, can: [view, record_measurements] }] }
`;
let server: TestServer;
let client: JsClient;

async function start(fleet: string): Promise<void> {
  server = await startServer({ fleet });
  client = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, TOKEN);
  await client.client.subscribeAsync("dtck/#", { qos: 1 });
}
async function end(): Promise<void> {
  await client.end();
  await server.remove();
}

/** Runs a command of a page in a shell, against the server of the test. */
async function run(command: string, variables: Record<string, string>): Promise<string> {
  const typed = command.replaceAll("http://localhost:8080", `http://127.0.0.1:${server.ports.http}`);
  const env = { PATH: process.env.PATH ?? "", ...variables };
  const child = Bun.spawn(["sh", "-c", typed.replace(/^curl /, "curl -sS --max-time 20 ")], {
    env,
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return out + err;
}

const PAGES = readdirSync(join(DOCS, "networks")).filter((name) => name !== "http-senders.md");

test("the overview has every network, and links every page", () => {
  const overview = page("lorawan.md");
  const addresses = [...overview.matchAll(/^\| .* \| `\/integrations\/lorawan\/(\w+)` \|/gm)].map(([, name]) => name);
  expect(addresses.sort()).toEqual([...NETWORK_ADDRESSES].sort());
  for (const name of readdirSync(join(DOCS, "networks"))) expect(overview).toContain(`(networks/${name})`);
});

describe("LoRaWAN networks", () => {
  beforeAll(() => {
    const overview = page("lorawan.md");
    const [fleet = ""] = blocks(overview, "yaml");
    const [decoder = ""] = blocks(overview, "js");
    const product = `        publish_backfill: true\n        decoder: |\n${indented(decoder, 10)}`;
    return start(fleet.replace("        fields:\n", `${product}        fields:\n`) + USER);
  });
  afterAll(end);

  test.each(PAGES)("%s", async (name) => {
    const text = page(join("networks", name));
    const examples = examplesOf(text);
    expect(examples).toHaveLength(1);
    const [{ command, prints } = { command: "", prints: null }] = examples;
    const published = /`(dtck\/\S+) (\S+)`/.exec(text);
    const from = client.messages.length;
    expect(`${await run(command, { FIELDCAST_TOKEN: TOKEN })}\n`).toBe(prints ?? "");
    await until("the value is published", () =>
      client.messages.slice(from).some(({ topic, payload }) => topic === published?.[1] && payload === published[2]),
    );
  });
});

describe("senders of their own forms", () => {
  const KEY = "5f3c9c1e-2a0f-4a8f-9a53-0d7e1c2b3a4";
  const sections = page("networks/http-senders.md")
    .split(/(?=^```js$)/m)
    .slice(1)
    .map((text, i) => ({
      key: `${KEY}${i}`,
      decoder: blocks(text, "js")[0] ?? "",
      example: examplesOf(text)[0],
      serial: /with the serial `([^`]+)`/.exec(text)?.[1] ?? "",
      values: [...(/^This becomes (.*) of the device/m.exec(text)?.[1] ?? "").matchAll(/`(\w+) ([^`]+)`/g)].map(
        ([, field, value]) => `${field} ${value}`,
      ),
    }));

  beforeAll(() => {
    const products = sections.map(
      ({ key, decoder, serial }, i) => `      - slug: sender-${i}
        name: Sender ${i}
        integration_key: ${key}
        decoder: |
${indented(decoder, 10)}        fields:
          - { id: TEMPERATURE, type: NUMERIC }
          - { id: LOCATION, type: GEO }
        devices:
          - { id: "device-${i}", serial: "${serial}" }
`,
    );
    return start(`workspaces:\n  - slug: house\n    name: House\n    products:\n${products.join("")}${USER}`);
  });
  afterAll(end);

  test("each has a decoder, a request and what becomes of it", () => {
    expect(sections.length).toBe(7);
    for (const { decoder, example, serial, values } of sections)
      expect([decoder !== "", example !== undefined, serial !== "", values.length > 0]).toEqual([
        true,
        true,
        true,
        true,
      ]);
  });

  test.each(sections.map((one, i) => [i, one] as const))("sender %p", async (i, { key, example, values }) => {
    const from = client.messages.length;
    expect(`${await run(example?.command ?? "", { FIELDCAST_KEY: key })}\n`).toBe(example?.prints ?? "");
    for (const value of values)
      await until(value, () =>
        client.messages
          .slice(from)
          .some(({ topic, payload }) => `${topic} ${payload}` === `dtck/sender-${i}/device-${i}/${value}`),
      );
  });
});
