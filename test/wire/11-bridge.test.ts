import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JsClient, mqttJs } from "../run/clients.ts";
import { FLEET, TOKENS } from "../run/fleet.ts";
import { have, program } from "../run/have.ts";
import { Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { fieldcast } from "../run/server.ts";

/** Another broker as a client: it says so with bit 0x80 of the protocol level. */
const ADMIN = "0a".repeat(20);
const FLEET_WITH_ADMIN = `${FLEET}
  - { email: a@example.com, token: ${ADMIN}, workspaces: { acme: admin } }
`;
let server: TestServer;
const folder = mkdtempSync(join(tmpdir(), "fieldcast-bridge-"));
beforeAll(async () => {
  server = await startServer({ fleet: FLEET_WITH_ADMIN, flags: ["--free-topics"] });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.remove();
});

const js = (port: number): Promise<JsClient> => mqttJs(`mqtt://127.0.0.1:${port}`, ADMIN);
async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => listener.once("listening", resolve));
  const address = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

interface Other {
  readonly port: number;
  stop(): Promise<unknown>;
}
/** Mosquitto with a bridge for all topics, both ways; the bridge has subscribed when the promise resolves. */
async function mosquitto(version: string, client: string): Promise<Other> {
  const port = await freePort();
  const lines = [
    `listener ${port} 127.0.0.1`,
    "allow_anonymous true",
    "persistence false",
    ...(process.getuid?.() === 0 ? ["user root"] : []),
    "connection up",
    `address 127.0.0.1:${server.ports.mqtt}`,
    `bridge_protocol_version ${version}`,
    "topic # both 1",
    `remote_clientid ${client}`,
    `remote_username ${ADMIN}`,
    `remote_password ${ADMIN}`,
    "notifications false",
  ];
  const config = join(folder, `${client}.conf`);
  writeFileSync(config, `${lines.join("\n")}\n`);
  const path = program("mosquitto");
  if (path === null) throw new Error("mosquitto is not on this machine");
  const child = Bun.spawn([path, "-c", config], {
    stdout: "ignore",
    stderr: "ignore",
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  const stop = (): Promise<unknown> => {
    child.kill();
    return child.exited;
  };
  try {
    await until("the bridge has subscribed", async () => ((await sheet(client))?.subscriptions ?? 0) > 0);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, stop };
}
// biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the test is about
async function sheet(client: string): Promise<any> {
  const page = await server.http(`/v1/sessions/?client_id=${client}`, TOKENS.operator);
  const [session] = ((await page.json()) as { sessions: { account: string }[] }).sessions;
  if (session === undefined) return null;
  const path = `/v1/sessions/${encodeURIComponent(session.account)}/${client}/`;
  return (await server.http(path, TOKENS.operator)).json();
}
const texts = (one: JsClient): string[] => one.messages.map(({ topic, payload }) => `${topic} ${payload}`);

describe.skipIf(!have("mosquitto"))("4: a bridge of Mosquitto", () => {
  test.each(["mqttv31", "mqttv311", "mqttv50"])(
    "4: %s: each message is heard once on either side, its own never again, and RETAIN is as published",
    async (version) => {
      const other = await mosquitto(version, `up-${version}`);
      try {
        const [here, there] = await Promise.all([js(server.ports.mqtt), js(other.port)]);
        await here.client.subscribeAsync(`${version}/#`, { qos: 1 });
        await there.client.subscribeAsync([`${version}/#`, "dtck/my-product/dev1/NOTE"], { qos: 1 });
        await there.client.publishAsync(`${version}/from`, "there", { qos: 1, retain: true });
        await until("what came over the bridge", () => here.messages.length > 0);
        await here.client.publishAsync(`${version}/from`, "here", { qos: 1, retain: true });
        await here.client.publishAsync("dtck-pub/my-product/dev1/NOTE", version, { qos: 1 });
        await until("the measurement", () => texts(there).some((text) => text.endsWith(`NOTE ${version}`)));
        // an echo would have come before what was published after it
        expect(texts(there)).toEqual([
          `${version}/from there`,
          `${version}/from here`,
          `dtck/my-product/dev1/NOTE ${version}`,
        ]);
        expect(texts(here)).toEqual([`${version}/from there`, `${version}/from here`]);
        const late = await js(other.port);
        await late.client.subscribeAsync(`${version}/from`);
        await until("the retained message on the other side", () => texts(late).length > 0);
        expect(texts(late)).toEqual([`${version}/from here`]);
        for (const one of [here, there, late]) await one.end();
        if (version === "mqttv50") return; // says so by No Local itself
        const told = await sheet(`up-${version}`);
        expect(told).toMatchObject({ bridge: true, filters: [{ no_local: true, retain_as_published: true }] });
        const shown = await fieldcast(["session", "show", `up-${version}`, "--data", server.data]);
        expect(shown.out).toContain("a bridge: it does not hear its own messages again");
      } finally {
        await other.stop();
      }
    },
  );
});

describe("4: bit 0x80 of the protocol level", () => {
  test.each([3, 4, 5] as const)(
    "4: version %d: what it publishes comes to others, and not back to it",
    async (version) => {
      const bridge = await Raw.login(server.ports.mqtt, {
        token: ADMIN,
        clientId: `b${version}`,
        version,
        bridge: true,
      });
      const plain = await Raw.login(server.ports.mqtt, { token: ADMIN, clientId: `p${version}`, version });
      for (const one of [bridge, plain]) await one.subscribe([`bit${version}/#`, "dtck/my-product/dev2/NOTE"], 1);
      bridge.publish(`bit${version}/a`, "its own");
      plain.publish(`bit${version}/a`, "another's");
      bridge.publish("dtck-pub/my-product/dev2/NOTE", "recorded");
      const own = `bit${version}/a its own`;
      const others = [`bit${version}/a another's`, "dtck/my-product/dev2/NOTE recorded"];
      expect((await plain.heard("recorded")).sort()).toEqual([...others, own].sort());
      // No Local has no effect on dtck: that is a message of the platform
      expect((await bridge.heard("recorded")).sort()).toEqual(others);
      for (const one of [bridge, plain]) await one.leave();
    },
  );
  test("4: a client without it hears its own again after the bridge's session went on with its filters", async () => {
    const wish = { token: ADMIN, clientId: "changes", version: 4, cleanStart: false } as const;
    const bridge = await Raw.login(server.ports.mqtt, { ...wish, bridge: true });
    await bridge.subscribe("changes/#");
    await bridge.leave();
    const plain = await Raw.login(server.ports.mqtt, wish);
    plain.publish("changes/a", "1");
    await plain.subscribe("changes/#"); // replaces it: it is no bridge any more
    plain.publish("changes/a", "2");
    expect(await plain.heard("2")).toEqual(["changes/a 2"]);
    await plain.leave();
  });
});
