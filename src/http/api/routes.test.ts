import { describe, expect, test } from "bun:test";
import { OWNER, STRANGER, VIEWER } from "../http.testing.ts";
import { type Json, makeApi } from "./api.testing.ts";
import { whoseIs } from "../nodes/whose.ts";
import { PEOPLE } from "../people/operations.ts";
import { SHARED } from "../shared/operations.ts";
import { HANDLED, OPERATIONS } from "./index.ts";
import type { DocumentOperation } from "./openapi.ts";

/** What each parameter of a path is in the first workspace. */
const REAL: Readonly<Record<string, string>> = {
  workspace: "w",
  member: "1",
  user: "1",
  api_user: "1",
  token: "1",
  product: "p",
  field: "DOOR",
  device: "d1",
  version: "1",
  configuration_field: "depth",
  network: "lora",
  downlink: "reset",
  device_downlink: "0102030405060708",
  webhook: "1",
  alert: "1",
  rule: "1",
  dashboard: "1",
  share: "1",
  broker: "1",
};

/** A body that each operation takes, so that nothing but the caller is wrong with a request. */
const BODIES: Readonly<Record<string, unknown>> = {
  createWorkspace: { name: "new" },
  updateWorkspace: { name: "new" },
  updateMember: { role: "observer" },
  createApiUser: { name: "new" },
  updateApiUser: { name: "new" },
  createToken: {},
  rotateToken: {},
  createProduct: { name: "new" },
  updateProduct: { name: "new" },
  useDecoderVersion: { number: 1 },
  createConfigurationField: { id: "height", type: "number" },
  updateConfigurationField: { default: 2 },
  updateDeviceConfiguration: { values: { depth: 3 } },
  tryFormula: { formula: "TEMPERATURE + 1" },
  tryDecoder: { message: { topic: "t" } },
  setDecoder: { code: "function Decoder(bytes, port) { return []; }" },
  updateIntegration: { creates_devices: 5 },
  rotateIntegrationKey: {},
  ignoreProductSuggestions: { all: true },
  createSuggested: { all: true },
  ignoreWorkspaceSuggestions: { all: true },
  createSuggestedDevices: { product: "p", all: true },
  testNetwork: { body: "{}" },
  createField: { id: "NEW", type: "INT" },
  updateField: { name: "new" },
  updateProductRetention: { retention: "90d" },
  updateFieldRetention: { retention: "90d" },
  createDevice: { id: "new" },
  renameDevice: { device: "d1", id: "new" },
  importDevices: "id\nnew",
  updateDevice: { name: "new" },
  createNetwork: { name: "new", type: "helium" },
  updateNetwork: { server: "https://other.example.com" },
  setSparkplug: { host: "scada", account: "one", products: [{ nodes: "plant/#", product: "p" }] },
  askSparkplugRebirth: { node: "plant/gateway" },
  forgetSparkplugNode: { node: "plant/gateway" },
  createDownlink: { name: "new", hex: "01" },
  updateDownlink: { port: 4 },
  sendDownlink: { hex: "01ff", port: 2 },
  testRuleAction: { rule: 1, action: 0 },
  acknowledgeAlert: { note: "on my way" },
  closeAlert: {},
  createWebhook: { name: "new", url: "https://hooks.example.com/", events: ["device_measurement"] },
  updateWebhook: { name: "new" },
  testWebhook: {},
  previewWebhook: {},
  rotateWebhookSecret: {},
  replayWebhookDeadLetters: {},
  discardWebhookDeadLetters: {},
  createRule: { name: "new", trigger: { type: "measurement", fields: ["DOOR"] } },
  updateRule: { name: "new" },
  tryRule: { trigger: { type: "measurement", fields: ["DOOR"] } },
  dryRunRule: {},
  snoozeRule: { until: "8h" },
  createDashboard: {
    name: "new",
    content: {
      version: 1,
      widgets: [
        {
          id: "a",
          type: "value",
          place: { x: 0, y: 0, w: 3, h: 2 },
          source: { product: "p", device: "d1", field: "DOOR" },
        },
      ],
    },
  },
  updateDashboard: { name: "new" },
  createDashboardShare: { device: "d1" },
  createBroker: { name: "new", addresses: ["mqtts://broker.example.com"], account: "one" },
  updateBroker: { name: "new" },
  tryMap: {
    filter: "zigbee2mqtt/#",
    map: { kind: "ready", name: "zigbee2mqtt" },
    topic: "zigbee2mqtt/d1",
    payload: "{}",
  },
};

const ON_TOPIC = "?action=publish&topic=dtck-pub/p/d1/DOOR";
/** What an operation must be asked with, for the same. */
const QUERIES: Readonly<Record<string, string>> = {
  checkOwnAccess: ON_TOPIC,
  checkApiUserAccess: ON_TOPIC,
  checkMemberAccess: ON_TOPIC,
};

/** What would leave a workspace without an owner. */
const LAST_OWNER = /^(?:PATCH|DELETE) \/workspaces\/w\/members\/1$|^DELETE \/users\/1$/;

const OWN: ReadonlySet<string> = new Set(["Instance", "Sessions"]);

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly operation: DocumentOperation;
}
const { document } = await (async () => {
  const { api } = makeApi();
  return { document: (await api("GET", "/openapi.json", null)).body as Json };
})();
/** Every operation of the document that a token may do, as a request on the first workspace; for the others: ../people/routes.test.ts. */
const ALL: [string, Asked][] = Object.entries(document.paths as Record<string, Record<string, DocumentOperation>>)
  .flatMap(([template, item]) =>
    Object.entries(item).map(([method, operation]): [string, Asked] => {
      const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => REAL[name] ?? "?");
      return [`${method.toUpperCase()} ${template}`, { method: method.toUpperCase(), path, operation }];
    }),
  )
  // those of the instance, of MQTT sessions and imports are asked with rights of their own: instance.test.ts, import.test.ts
  .filter(([, { operation }]) =>
    OPERATIONS.some(({ id, tag }) => id === operation.operationId && !OWN.has(tag) && id !== "importMeasurements"),
  );
const changes = ({ method }: Asked) => method !== "GET";

function ask(it: ReturnType<typeof makeApi>, { method, path, operation }: Asked, secret: string | null) {
  const headers: Record<string, string> = method === "PATCH" ? { "If-Match": "*" } : {};
  const confirm = operation.parameters.some(({ name }) => name === "confirm");
  const needed = operation.parameters.filter((one) => one.in === "query" && one.required).map(({ name }) => name);
  const range = needed.includes("from") ? "?from=2026-01-01&to=2026-01-02" : (QUERIES[operation.operationId] ?? "");
  return it.api(
    method,
    confirm ? `${path}?confirm=${path.split("/").at(-1)}` : path + range,
    secret,
    BODIES[operation.operationId],
    headers,
  );
}

describe("every route of the document", () => {
  test("the document has every operation, each with a name of its own", () => {
    const ids = Object.values(document.paths as Record<string, Record<string, DocumentOperation>>).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(
      [
        ...OPERATIONS,
        ...HANDLED.map(({ described }) => described),
        ...SHARED.map(({ described }) => described),
        ...PEOPLE,
      ]
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...ids].sort());
    const others = OPERATIONS.filter(({ id, tag }) => OWN.has(tag) || id === "importMeasurements");
    expect(ALL).toHaveLength(OPERATIONS.length - others.length);
    expect(ALL.every(([, { path }]) => !path.includes("?"))).toBe(true);
    const bodies = ALL.filter(([, { operation }]) => operation.requestBody).map(
      ([, { operation }]) => operation.operationId,
    );
    expect(bodies.sort()).toEqual(Object.keys(BODIES).sort());
  });

  test.each(ALL)("%s with the owner's token is no refusal of rights", async (_, asked) => {
    const it = makeApi();
    const { status, body } = await ask(it, asked, OWNER);
    if (LAST_OWNER.test(`${asked.method} ${asked.path}`)) expect([status, body.code]).toEqual([409, "last_owner"]);
    else expect([200, 201]).toContain(status);
  });

  test.each(ALL.filter(([, { method, path }]) => whoseIs(method, `/api/v1${path}`) === "any"))(
    "%s needs nothing that only one of several nodes has",
    async (_, asked) => {
      const it = makeApi({ elsewhere: true });
      const { status, body } = await ask(it, asked, OWNER);
      expect([status, body?.code]).not.toEqual([503, "node_unreachable"]);
    },
  );

  test.each(ALL)("%s without a token, or with a bad one, is 401 and changes nothing", async (_, asked) => {
    const it = makeApi();
    for (const secret of [null, "0".repeat(40), "x", ""]) {
      const { status, body, headers } = await ask(it, asked, secret);
      expect([status, body.code, headers.get("WWW-Authenticate")]).toEqual([401, "unknown_token", "Token"]);
    }
    expect(it.fleetStore.commits).toBe(0);
  });

  test.each(ALL)("%s with another workspace's token is 404 and changes nothing", async (_, asked) => {
    const it = makeApi();
    const { status, body } = await ask(it, asked, STRANGER);
    if (asked.path.split("/").length > 2) expect(status).toBe(404);
    else if (changes(asked)) expect(status).toBe(403);
    // lists over everything: nothing of the first workspace is in them
    else expect([status, JSON.stringify(body).includes('"w"')]).toEqual([200, false]);
    expect(it.fleetStore.commits).toBe(0);
  });

  test.each(ALL)(
    "%s with a token that may only view changes nothing, and tells nothing of accounts",
    async (_, asked) => {
      const it = makeApi();
      const { status, body } = await ask(it, asked, VIEWER);
      // and neither scripts nor keys
      const kept =
        /members|api-users|users\/1|decoder|integration|networks|passes|suggestions|webhooks|rules|brokers|shares|maps|sparkplug/.test(
          asked.path,
        );
      expect([asked.path, status]).toEqual([asked.path, changes(asked) || kept ? 403 : 200]);
      if (status === 403) expect(body.code).toBe("not_permitted");
      expect(it.fleetStore.commits).toBe(0);
    },
  );

  const taking = ALL.filter(([, { operation }]) => typeof BODIES[operation.operationId] === "object");
  test.each(taking)("%s refuses a property that it does not know, and changes nothing", async (_, asked) => {
    const it = makeApi();
    const body = { ...(BODIES[asked.operation.operationId] as object), operate: true };
    const headers: Record<string, string> = asked.method === "PATCH" ? { "If-Match": "*" } : {};
    const { status, body: answer } = await it.api(asked.method, asked.path, OWNER, body, headers);
    expect([status, answer.code]).toEqual([400, "invalid_request"]);
    expect(JSON.stringify(answer.errors)).toContain("operate");
    expect(it.fleetStore.commits).toBe(0);
  });

  const reading = ALL.filter(([, asked]) => !changes(asked));
  test.each(reading)("%s answers without any token, or the hash of one", async (_, asked) => {
    const it = makeApi();
    const { status, body } = await ask(it, asked, OWNER);
    expect(status).toBe(200);
    const text = JSON.stringify(body);
    for (const { hash } of it.directory.tokens()) expect(text).not.toContain(hash);
    for (const secret of [OWNER, STRANGER, VIEWER]) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/argon2|[0-9a-f]{40}/);
  });

  const below = ALL.filter(([, { path }]) => path.split("/").length > 2);
  test.each(below)("%s on what is not there is 404 with a code that the document names", async (_, asked) => {
    const it = makeApi();
    const parts = asked.path.split("/").map((part, i) => (i === 2 ? "nowhere" : part));
    const { status, body } = await ask(it, { ...asked, path: parts.join("/") }, OWNER);
    expect(status).toBe(404);
    expect(asked.operation.responses["404"]?.description).toContain(`\`${body.code}\``);
    expect(it.fleetStore.commits).toBe(0);
  });
});

describe("the document and its page", () => {
  test("the page lists every operation, and needs no script and nothing from elsewhere", async () => {
    const it = makeApi();
    const answer = await it.ask("GET", "/api/v1/docs", null);
    const html = await answer.text();
    for (const [, { operation }] of ALL) expect(html).toContain(`id="${operation.operationId}"`);
    expect(html).not.toContain("<script");
    expect(html).not.toMatch(/(?:src|href)="(?!#|\/api\/v1\/openapi\.json)/);
    const policy = answer.headers.get("Content-Security-Policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; /);
    const style = /<style>([\s\S]*)<\/style>/.exec(html)?.[1] ?? "";
    expect(policy).toContain(new Bun.CryptoHasher("sha256").update(style).digest("base64"));
    const other = await it.ask("GET", "/api/v1/openapi.json", null);
    expect(other.headers.get("Content-Security-Policy")).toBe("default-src 'none'; frame-ancestors 'none'");
  });

  test("every reference in the document leads somewhere, and every parameter of a path is described", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name,
    );
    expect(references.length).toBeGreaterThan(10);
    for (const name of references) expect(Object.keys(document.components.schemas)).toContain(name ?? "");
    for (const [template, { operation }] of ALL) {
      const named = operation.parameters.filter((p) => p.in === "path").map((p) => `{${p.name}}`);
      expect(named).toEqual(template.match(/\{\w+\}/g) ?? []);
    }
  });

  test("an address that is not there, and a method that does nothing, are problem details", async () => {
    const it = makeApi();
    const nothing = await it.api("GET", "/nothing");
    expect([nothing.status, nothing.body.code]).toEqual([404, "not_found"]);
    const wrong = await it.api("PUT", "/products/p");
    expect([wrong.status, wrong.body.code, wrong.headers.get("Allow")]).toEqual([
      405,
      "method_not_allowed",
      expect.any(String),
    ]);
    expect(wrong.headers.get("Content-Type")).toBe("application/problem+json");
  });
});
