import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { FLEET, TOKENS } from "../run/fleet.ts";
import { have } from "../run/have.ts";
import { Raw } from "../run/raw.ts";
import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { Endpoint } from "../webhooks/rig.ts";
import { type SharedStore, shareStore } from "./shared-store.ts";

const KEY = "66666666-6666-4666-8666-666666666666";
const DECODER = "function Decoder(request) { return JSON.parse(request.body); }";
const YAML = FLEET.replace(
  "slug: my-product\n",
  `slug: my-product\n        integration_key: ${KEY}\n        decoder: "${DECODER}"\n`,
);
const HOOKS = "/api/v1/workspaces/acme/webhooks";
const ALERTS = "/api/v1/workspaces/acme/alerts";

interface Node {
  readonly id: number;
  readonly role: string;
  readonly duty: boolean;
  readonly draining: boolean;
  readonly lag: number | null;
  readonly url: string | null;
  readonly self: boolean;
}

describe.skipIf(!have("postgresql"))("what one of several servers does for all", () => {
  let store: SharedStore;
  let one: TestServer;
  let two: TestServer;
  const to = new Endpoint();
  beforeAll(async () => {
    store = await shareStore({ fleet: YAML, haveUrls: true, flags: ["--allow-outgoing", "127.0.0.1"] });
    ({ one, two } = store);
  }, 60_000);
  afterAll(async () => {
    await store?.remove();
    await to.stop();
  });
  const ask = async (server: TestServer, method: string, path: string, body?: object) => {
    const init = {
      method,
      headers: { "Content-Type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    };
    const answer = await server.http(path, TOKENS.owner, init);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const alerts = async (server: TestServer) =>
    (await ask(server, "GET", ALERTS)).body.items as { readonly alert: number; readonly state: string }[];
  const nodesOf = async (server: TestServer): Promise<Node[]> =>
    ((await (await server.http("/api/v1/instance/nodes", TOKENS.operator)).json()) as { items: Node[] }).items;
  const values = (device: string) => to.values.filter(([id]) => id === device).map(([, value]) => Number(value));

  test("the first server has the duty, and every server says so, and where the others are asked", async () => {
    const [here, there] = [await nodesOf(one), await nodesOf(two)];
    expect(here.map(({ role, duty, self, url }) => [role, duty, self, url])).toEqual([
      ["active", true, true, `http://127.0.0.1:${one.ports.http}`],
      ["active", false, false, `http://127.0.0.1:${two.ports.http}`],
    ]);
    expect(there.map(({ duty, self, draining }) => [duty, self, draining])).toEqual([
      [true, false, false],
      [false, true, false],
    ]);
    for (const { lag } of there) expect(lag).toBeLessThan(50);
    expect([(await one.http("/healthz")).status, (await two.http("/healthz")).status]).toEqual([200, 200]);
    const { out } = await two.cli("node", "list");
    expect(out).toMatch(/^2 \* .*active/m);
  });

  test("what it has is there on the other one: webhooks made, tried and listed, and what comes in by integrations", async () => {
    const made = await ask(two, "POST", HOOKS, { name: "all", url: to.url, events: ["device_measurement"] });
    expect(made.status).toBe(201);
    const tried = await ask(two, "POST", `${HOOKS}/${made.body.webhook}/test`, { event: "device_measurement" });
    expect(tried.body).toMatchObject({ accepted: true, status: 200 });
    expect((await ask(two, "GET", HOOKS)).body.items).toMatchObject([{ name: "all", url: to.url, state: "active" }]);
    expect((await two.http(HOOKS)).status).toBe(401);
    to.got.length = 0;
    const hot = { field: "TEMPERATURE", operator: ">", value: 900 };
    const trigger = { type: "measurement", fields: ["TEMPERATURE"] };
    const rule = { name: "Hot", account: "viewer@acme", trigger, condition: hot, alert: { severity: "warning" } };
    expect((await ask(two, "POST", "/api/v1/workspaces/acme/rules", rule)).status).toBe(201);
    const body = JSON.stringify([{ device: "dev9", field: "TEMPERATURE", value: 1000 }]);
    const sent = await two.http(`/integrations/api/${KEY}/`, undefined, { method: "POST", body });
    expect(await sent.text()).toBe("thanks");
    await until("it is told", () => values("dev9").includes(1000));
    const passes = await ask(two, "GET", "/api/v1/products/my-product/passes");
    expect(passes.body.items).toHaveLength(1);
    await until("there is an alert", async () => (await alerts(two)).length === 1 || null);
  });

  test("it is killed while the other one records: the webhook is told everything, in order, nothing left out", async () => {
    to.got.length = 0;
    const mouth = await Raw.login(two.ports.mqtt, { token: TOKENS.device, clientId: "mouth" });
    let sent = 0;
    const say = async (many: number): Promise<void> => {
      for (const end = sent + many; sent < end; sent++)
        await mouth.record("dtck-pub/my-product/dev1/TEMPERATURE", `${sent}`);
    };
    await say(40);
    await until("some were told", () => values("dev1").length > 5);
    await one.kill9();
    await say(40);
    // nobody has it yet
    const before = await two.http(HOOKS, TOKENS.owner);
    expect([before.status, before.headers.get("Retry-After")]).toEqual([503, "2"]);
    await until("the other one has it", () => two.log().includes("this node does from now on") || null);
    await say(20);
    await until("all were told", () => new Set(values("dev1")).size === sent || null);
    const first = [...new Set(values("dev1"))];
    expect(first).toEqual(Array.from({ length: sent }, (_, i) => i));
    expect((await ask(two, "GET", HOOKS)).body.items).toHaveLength(1);
    // the alert that the former has opened is open, and the rule opens no second one
    expect(await alerts(two)).toMatchObject([{ state: "open" }]);
    const acknowledged = await ask(two, "POST", `${ALERTS}/${(await alerts(two))[0]?.alert}/acknowledge`, {});
    expect([acknowledged.status, (await alerts(two))[0]?.state]).toEqual([200, "acknowledged"]);
    expect((await nodesOf(two)).filter(({ duty }) => duty).map(({ id }) => id)).toEqual([2]);
  }, 60_000);

  test("who comes back has it no more; it is drained by the word of the other one, and its clients are told to go there", async () => {
    await one.start();
    expect((await ask(one, "GET", HOOKS)).body.items).toHaveLength(1);
    const client = await Raw.login(one.ports.mqtt, { token: TOKENS.device, clientId: "drained" });
    expect((await ask(two, "POST", "/api/v1/instance/nodes/7/drain")).status).toBe(403);
    const drained = await two.cli("node", "drain", "1");
    expect([drained.code, drained.out]).toEqual([0, expect.stringContaining("takes no clients any more")]);
    await until("it says so", async () => (await one.http("/healthz")).status === 503 || null);
    const drains = async () => (await nodesOf(two)).filter(({ draining }) => draining).map(({ id }) => id);
    await until("the others know", async () => `${await drains()}` === "1" || null);
    expect((await client.ended()).at(-1)).toMatchObject({ type: "disconnect", reasonCode: 0x9c });
    const nobody = await two.http("/api/v1/instance/nodes/9/drain", TOKENS.operator, { method: "POST" });
    expect(nobody.status).toBe(404);
  }, 60_000);
});
