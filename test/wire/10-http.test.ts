import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { DEVICE, FLEET, SERIAL, TOKENS } from "../run/fleet.ts";
import { have, pythonWithPaho } from "../run/have.ts";
import { payloadText, Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";

/** Two products with a serial in common, and one with an id that is the other's serial. */
const TWINS = FLEET.replace(
  "    api_users:\n",
  `      - slug: twin-a
        fields: [{ id: X, type: NUMERIC }]
        devices: [{ id: a1, serial: shared }]
      - slug: twin-b
        fields: [{ id: X, type: NUMERIC }]
        devices: [{ id: b1, serial: shared }, { id: b2, serial: a1 }]
    api_users:
`,
);
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ fleet: TWINS });
});
afterAll(() => server.remove());

interface Answer {
  readonly status: number;
  readonly body: { ok?: true; recorded?: number; code?: string; message?: string; detail?: string; rows?: Row[] };
  readonly headers: Headers;
}
interface Row {
  readonly row: number;
  readonly field?: string;
  readonly code: string;
  readonly message: string;
}
async function post(path: string, body: unknown, init: RequestInit & { token?: string | null } = {}): Promise<Answer> {
  const { token = TOKENS.device, ...rest } = init;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await server.http(path, token ?? undefined, { method: "POST", body: text, ...rest });
  expect(response.headers.get("content-type")).toStartWith("application/json");
  return { status: response.status, body: (await response.json()) as Answer["body"], headers: response.headers };
}
const devices = (function* () {
  for (let n = 20; n < 1000; n++) yield `dev${n}`;
})();
const device = (): string => devices.next().value ?? "";
const steps = async (id: string) => (await server.history(TOKENS.device, id, "STEPS")).map(({ STEPS }) => STEPS);

describe("10: one measurement", () => {
  test("10: with and without the slash, by id and by serial; the answer is after the commit", async () => {
    for (const [n, path] of [
      `/v1/devices/${DEVICE}/record/`,
      `/v1/devices/${DEVICE}/record`,
      `/v1/devices/${SERIAL}/record/`,
      `/v1/devices/${SERIAL}/record`,
    ].entries()) {
      const { status, body } = await post(path, { field: "STEPS", value: n });
      expect([status, body]).toEqual([200, { ok: true, recorded: 1 }]);
      expect((await steps(DEVICE)).at(-1)).toBe(n);
    }
  });
  test("10: field in any case, value as JSON or text, timestamp as number, text or null", async () => {
    const id = device();
    const t = Math.floor(Date.now() / 1000) - 600;
    for (const body of [
      { field: "steps", value: 1, timestamp: t },
      { field: "Steps", value: "2", timestamp: String(t + 1) },
      { field: "STEPS", value: 3.0, timestamp: new Date((t + 2) * 1000).toISOString() },
      { timestamp: (t + 3) * 1000, value: "4e0", field: "STEPS" },
      { field: "STEPS", value: 5, timestamp: null },
    ])
      expect((await post(`/v1/devices/${id}/record/`, body)).status).toBe(200);
    const rows = await server.history(TOKENS.device, id, "STEPS");
    expect(rows.map(({ STEPS }) => STEPS)).toEqual([1, 2, 3, 4, 5]);
    expect(rows.slice(0, 4).map(({ time }) => Date.parse(String(time)) / 1000 - t)).toEqual([0, 1, 2, 3]);
  });
  test("10: the content type does not matter, as it does not to scripts", async () => {
    for (const type of ["application/json", "text/plain", "application/x-www-form-urlencoded", ""]) {
      const headers: Record<string, string> = type === "" ? {} : { "content-type": type };
      const { status } = await post(`/v1/devices/${device()}/record/`, { field: "STEPS", value: 1 }, { headers });
      expect(status, type).toBe(200);
    }
  });
});

describe("10: batches", () => {
  test.each(["?batch=true", "?batch=True", "?BATCH=True", "?Batch=TRUE", "?Batch=false&batch=true"])(
    "10: %s, with and without the slash",
    async (query) => {
      const id = device();
      const rows = [
        { field: "STEPS", value: 1, timestamp: "1555570137" },
        { field: "STEPS", value: 2, timestamp: 1555570138 },
        { field: "DOOR", value: true },
      ];
      expect((await post(`/v1/devices/${id}/record/${query}`, rows)).body).toEqual({ ok: true, recorded: 3 });
      expect((await post(`/v1/devices/${id}/record${query}`, { STEPS: 3, NOTE: "x" })).body).toEqual({
        ok: true,
        recorded: 2,
      });
      const stored = await server.history(TOKENS.device, id, "STEPS");
      expect(stored.map(({ STEPS }) => STEPS).filter((v) => v !== null)).toEqual([1, 2, 3]);
    },
  );
  test.each(["", "?batch=false", "?batch=1", "?batch="])(
    "10: %s is one measurement: a list is refused with the way out",
    async (query) => {
      const { status, body } = await post(`/v1/devices/${device()}/record/${query}`, [{ field: "STEPS", value: 1 }]);
      expect([status, body.code]).toEqual([400, "invalid_request"]);
      expect(body.message).toContain("?batch=true");
    },
  );
  test("10: an error names every bad row, nothing was recorded", async () => {
    const id = device();
    const rows = [
      { field: "STEPS", value: 1 },
      { field: "STEPS", value: "warm" },
      { field: "PRESSURE", value: 1 },
      { field: "DOOR", value: "ajar" },
    ];
    const { status, body } = await post(`/v1/devices/${id}/record/?batch=true`, rows);
    expect([status, body.code]).toEqual([400, "invalid_batch"]);
    expect(body.rows?.map(({ row, field, code }) => [row, field, code])).toEqual([
      [1, "STEPS", "invalid_value"],
      [2, "PRESSURE", "unknown_field"],
      [3, "DOOR", "invalid_value"],
    ]);
    expect(await server.history(TOKENS.device, id)).toEqual([]);
    // bad shapes and bad times, too
    const shapes = await post(`/v1/devices/${id}/record/?batch=true`, [
      { field: "STEPS" },
      { field: "STEPS", value: 1, timestamp: "never" },
      5,
    ]);
    expect(shapes.body.rows?.map(({ row, code }) => [row, code])).toEqual([
      [0, "invalid_batch"],
      [1, "invalid_timestamp"],
      [2, "invalid_batch"],
    ]);
  });
});

describe("10: errors", () => {
  interface Refused {
    readonly path?: string;
    readonly body?: unknown;
    readonly token?: string | null;
    readonly status: number;
    readonly code: string;
  }
  const one = { field: "X", value: 1 };
  const CASES: readonly Refused[] = [
    { token: null, status: 401, code: "unknown_token" },
    { token: TOKENS.unknown, status: 401, code: "unknown_token" },
    { token: "short", status: 401, code: "unknown_token" },
    { token: TOKENS.expired, status: 401, code: "expired_token" },
    { token: TOKENS.viewer, status: 403, code: "not_permitted" },
    { token: TOKENS.none, status: 404, code: "unknown_device" },
    { token: TOKENS.globex, status: 404, code: "unknown_device" },
    { path: "/v1/devices/no-such/record/", status: 404, code: "unknown_device" },
    { body: { field: "PRESSURE", value: 1 }, status: 404, code: "unknown_field" },
    { path: "/v1/devices/shared/record/", body: one, status: 409, code: "ambiguous_device" },
    { body: { field: "STEPS", value: "warm" }, status: 400, code: "invalid_value" },
    { body: { field: "STEPS", value: null }, status: 400, code: "invalid_value" },
    { body: { field: "STEPS", value: 1, timestamp: 5 }, status: 400, code: "invalid_timestamp" },
    { body: { field: "NOTE", value: "x".repeat(65_537) }, status: 413, code: "value_too_large" },
    { body: " ".repeat(1024 * 1024 + 1), status: 413, code: "value_too_large" },
    { body: "", status: 400, code: "invalid_request" },
    { body: "{", status: 400, code: "invalid_request" },
    { body: "22", status: 400, code: "invalid_request" },
    { body: { field: "STEPS" }, status: 400, code: "invalid_request" },
    { body: { value: 1 }, status: 400, code: "invalid_request" },
    { body: { field: 5, value: 1 }, status: 400, code: "invalid_request" },
    { body: { field: "STEPS", value: 1, unit: "m" }, status: 400, code: "invalid_request" },
    { body: { STEPS: 1 }, status: 400, code: "invalid_request" },
    { path: "/v1/devices/dev1/write/", status: 404, code: "not_found" },
  ];
  test("10: each is JSON with code, message and detail", async () => {
    for (const refused of CASES) {
      const { path = "/v1/devices/dev1/record/", body = { field: "STEPS", value: 1 }, token } = refused;
      const answer = await post(path, body, token === undefined ? {} : { token });
      const label = JSON.stringify(refused).slice(0, 200);
      expect([answer.status, answer.body.code], label).toEqual([refused.status, refused.code]);
      expect(answer.body.message?.length ?? 0, label).toBeGreaterThan(10);
      expect(answer.body.detail, label).toBe(answer.body.message ?? "");
    }
    expect(await steps("dev1")).toEqual([]);
  });
  test("10: an id goes before a serial", async () => {
    expect((await post("/v1/devices/a1/record/", one)).status).toBe(200);
    expect((await server.history(TOKENS.device, "b2")).length).toBe(0);
  });
  test("10: the header says Token (or Bearer, as generic clients do); the token elsewhere is refused", async () => {
    const record = (authorization: string) =>
      post("/v1/devices/dev3/record/", { field: "STEPS", value: 1 }, { token: null, headers: { authorization } });
    for (const scheme of ["Token", "token", "Bearer"])
      expect((await record(`${scheme} ${TOKENS.device}`)).status, scheme).toBe(200);
    for (const value of [TOKENS.device, `Basic ${btoa(`${TOKENS.device}:${TOKENS.device}`)}`]) {
      const { status, headers } = await record(value);
      expect(status, value.slice(0, 8)).toBe(401);
      expect(headers.get("www-authenticate")).toBe("Token");
    }
    const { status } = await post(`/v1/devices/dev1/record/?token=${TOKENS.device}`, one, { token: null });
    expect(status).toBe(401);
  });
  test("10: another method is answered with the ones there are", async () => {
    const response = await server.http("/v1/devices/dev1/record/", TOKENS.device, { method: "PUT", body: "{}" });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toContain("POST");
  });
});

test("10: CORS is open for token requests, never with credentials", async () => {
  const origin = "https://dashboard.example";
  for (const path of ["/v1/devices/dev1/record/", "/v1/devices/dev1/record", "/v1/devices/"]) {
    const preflight = await server.http(path, undefined, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type",
      },
    });
    expect(preflight.status).toBeOneOf([200, 204]);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
    const allowed = preflight.headers.get("access-control-allow-headers")?.toLowerCase();
    for (const header of ["authorization", "content-type"]) expect(allowed).toContain(header);
    expect(preflight.headers.get("access-control-allow-credentials")).toBeNull();
  }
  for (const token of [TOKENS.device, TOKENS.unknown]) {
    const init = { token, headers: { origin } };
    const { headers } = await post("/v1/devices/dev2/record/", { field: "STEPS", value: 1 }, init);
    expect(headers.get("access-control-allow-origin")).toBe("*"); // a page can read the refusal, too
  }
});

test("10: HTTP and MQTT at once: everything is recorded once, and heard in the order it is stored", async () => {
  const id = device();
  const watcher = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
  await watcher.subscribe(`dtck/my-product/${id}/STEPS`);
  const http = Promise.all(
    Array.from({ length: 8 }, async (_, lane) => {
      for (let n = 0; n < 25; n++) {
        const value = 10_000 * (lane + 1) + n;
        const { status } = await post(`/v1/devices/${id}/record/`, { field: "STEPS", value });
        expect(status).toBe(200);
      }
    }),
  );
  const mqtt = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
  for (let n = 0; n < 200; n++) mqtt.publish(`dtck-pub/my-product/${id}/STEPS`, String(n), { qos: 1, packetId: n + 1 });
  for (let n = 0; n < 200; n++) expect((await mqtt.expect("puback")).packetId).toBe(n + 1);
  await http;
  await mqtt.record(`dtck-pub/my-product/${id}/STEPS`, "999999");
  const heard: number[] = [];
  while (heard.at(-1) !== 999_999) heard.push(Number(payloadText(await watcher.expect("publish"))));
  expect(heard).toEqual((await steps(id)) as number[]);
  expect(heard.length).toBe(401);
  for (let lane = 0; lane <= 8; lane++) {
    const own = heard.filter((n) => n < 999_999 && Math.floor(n / 10_000) === lane);
    expect(own).toEqual(Array.from({ length: lane === 0 ? 200 : 25 }, (_, n) => lane * 10_000 + n));
  }
  await Promise.all([mqtt.leave(), watcher.leave()]);
});

const python = pythonWithPaho();
test.skipIf(!have("paho"))("10: a Python script that posts rows and reads the answer as JSON", async () => {
  const id = device();
  const script = `
import json, sys, urllib.request
url, token = sys.argv[1:]
rows = [{"field": "STEPS", "value": 5, "timestamp": "1555570137"}, {"field": "DOOR", "value": True}]
headers = {"Authorization": "Token " + token, "Content-Type": "application/json"}
request = urllib.request.Request(url + "?batch=True", json.dumps(rows).encode(), headers)
with urllib.request.urlopen(request, timeout=8) as response:
    print(response.status, json.load(response)["recorded"])
`;
  const url = `http://127.0.0.1:${server.ports.http}/v1/devices/${id}/record/`;
  const child = Bun.spawn([python ?? "", "-c", script, url, TOKENS.device], { stdout: "pipe", stderr: "inherit" });
  expect((await child.stdout.text()).trim()).toBe("200 2");
});
