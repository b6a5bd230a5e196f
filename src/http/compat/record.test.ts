import { describe, expect, test } from "bun:test";
import { Refusal } from "../../base/errors.ts";
import { BLIND, EXPIRED, errorOf, makeWorld, OWNER, RECORDER, STRANGER, VIEWER } from "../http.testing.ts";

const RECORD = "/v1/devices/d1/record/";
const ONE = '{"field":"TEMPERATURE","value":22.5}';
const NOBODY = "0".repeat(40);

interface Scenario {
  readonly name: string;
  readonly path?: string;
  readonly token?: string | null;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly status: number;
  readonly code?: string;
  readonly recorded?: number;
  /** Code and topic of the refusal that the person hears of over MQTT; absent: silence. */
  readonly reported?: readonly [code: string, topic: string];
  readonly says?: string;
}

const RECORDS: readonly Scenario[] = [
  { name: "one value", body: ONE, status: 200, recorded: 1 },
  { name: "without the slash at the end", path: "/v1/devices/d1/record", body: ONE, status: 200, recorded: 1 },
  { name: "by serial", path: "/v1/devices/S1/record/", body: ONE, status: 200, recorded: 1 },
  { name: "the field in any case", body: '{"field":"temperature","value":"1"}', status: 200, recorded: 1 },
  { name: "with a time", body: '{"field":"DOOR","value":true,"timestamp":"1555570137"}', status: 200, recorded: 1 },
  { name: "as JSON inside a JSON string", body: JSON.stringify(ONE), status: 200, recorded: 1 },
  { name: "by one who may record only", token: BLIND, body: ONE, status: 200, recorded: 1 },
  { name: "by an API user of the product", token: RECORDER, body: ONE, status: 200, recorded: 1 },
  {
    name: "a batch object",
    path: `${RECORD}?batch=true`,
    body: '{"TEMPERATURE":1,"DOOR":"on"}',
    status: 200,
    recorded: 2,
  },
  { name: "a batch list", path: `${RECORD}?batch=True`, body: `[${ONE},${ONE}]`, status: 200, recorded: 2 },
  { name: "a batch, all capitals", path: `${RECORD}?BATCH=TRUE`, body: `[${ONE}]`, status: 200, recorded: 1 },
  { name: "no token", token: null, body: ONE, status: 401, code: "unknown_token" },
  { name: "an unknown token", token: NOBODY, body: ONE, status: 401, code: "unknown_token" },
  { name: "an expired token", token: EXPIRED, body: ONE, status: 401, code: "expired_token" },
  {
    name: "an unknown device",
    path: "/v1/devices/d9/record/",
    body: ONE,
    status: 404,
    code: "unknown_device",
    reported: ["unknown_device", "dtck-pub/_/d9"],
  },
  {
    name: "a device that cannot be",
    path: "/v1/devices/a%2Fb+%23/record/",
    body: ONE,
    status: 404,
    code: "unknown_device",
    reported: ["unknown_device", "dtck-pub/_/_"],
  },
  {
    name: "a device of others",
    token: STRANGER,
    body: ONE,
    status: 404,
    code: "unknown_device",
    reported: ["unknown_device", "dtck-pub/_/d1"],
  },
  {
    name: "one who may only view",
    token: VIEWER,
    body: ONE,
    status: 403,
    code: "not_permitted",
    reported: ["not_permitted", "dtck-pub/p/d1"],
  },
  {
    name: "an id of two devices",
    path: "/v1/devices/twice/record/",
    body: ONE,
    status: 409,
    code: "ambiguous_device",
    reported: ["ambiguous_device", "dtck-pub/_/twice"],
  },
  {
    name: "a serial of two devices",
    path: "/v1/devices/SAME/record/",
    body: ONE,
    status: 409,
    code: "ambiguous_device",
    reported: ["ambiguous_device", "dtck-pub/_/SAME"],
    says: "Use its id",
  },
  {
    name: "a serial of two devices of which one is seen",
    path: "/v1/devices/SAME/record/",
    token: RECORDER,
    body: ONE,
    status: 200,
    recorded: 1,
  },
  {
    name: "no JSON",
    body: "22.5 degrees",
    status: 400,
    code: "invalid_request",
    reported: ["invalid_request", "dtck-pub/p/d1"],
  },
  { name: "nothing", status: 400, code: "invalid_request", reported: ["invalid_request", "dtck-pub/p/d1"] },
  {
    name: "bytes that are no text",
    body: new Uint8Array([0x7b, 0xff, 0x7d]),
    status: 400,
    code: "invalid_request",
    reported: ["invalid_request", "dtck-pub/p/d1"],
  },
  {
    name: "a batch without saying so",
    body: '{"TEMPERATURE":1}',
    status: 400,
    code: "invalid_request",
    reported: ["invalid_request", "dtck-pub/p/d1"],
    says: "?batch=true",
  },
  {
    name: "a list without saying so",
    body: `[${ONE}]`,
    status: 400,
    code: "invalid_request",
    reported: ["invalid_request", "dtck-pub/p/d1"],
    says: "?batch=true",
  },
  {
    name: "a key twice",
    body: '{"field":"TEMPERATURE","value":1,"value":2}',
    status: 400,
    code: "invalid_request",
    reported: ["invalid_request", "dtck-pub/p/d1/TEMPERATURE"],
    says: 'The body has the key "value" twice',
  },
  {
    name: "a key too many",
    body: '{"field":"TEMPERATURE","value":1,"unit":"K"}',
    status: 400,
    code: "invalid_request",
    reported: ["invalid_request", "dtck-pub/p/d1/TEMPERATURE"],
  },
  {
    name: "a time that is none",
    body: '{"field":"temperature","value":1,"timestamp":"soon"}',
    status: 400,
    code: "invalid_timestamp",
  },
  // What the recorder refuses, it reports itself: nothing is said twice.
  { name: "an unknown field", body: '{"field":"PRESSURE","value":1}', status: 404, code: "unknown_field" },
  { name: "no number", body: '{"field":"TEMPERATURE","value":"warm"}', status: 400, code: "invalid_value" },
  { name: "null", body: '{"field":"TEMPERATURE","value":null}', status: 400, code: "invalid_value" },
  {
    name: "a batch that is none",
    path: `${RECORD}?batch=true`,
    body: "7",
    status: 400,
    code: "invalid_batch",
    reported: ["invalid_batch", "dtck-pub/p/d1"],
  },
  {
    name: "more than the limit",
    body: JSON.stringify({ field: "NOTE", value: "x".repeat(10_000) }),
    status: 413,
    code: "value_too_large",
    reported: ["value_too_large", "dtck-pub/p/d1"],
  },
];

describe("record", () => {
  test.each([...RECORDS])(
    "$name",
    async ({ path = RECORD, token = OWNER, body, status, code, recorded, reported, says }) => {
      const world = makeWorld();
      const answer = await world.ask("POST", path, token, body);
      const json = await errorOf(answer);
      expect([answer.status, json.code]).toEqual([status, code]);
      expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
      if (recorded !== undefined) expect(json as unknown).toEqual({ ok: true, recorded });
      else expect(json.detail).toBe(json.message);
      expect(world.recorder.submitted.reduce((n, s) => n + s.rows.length, 0)).toBe(recorded ?? 0);
      expect(world.recorder.reported.map((r) => [r.code, r.topic])).toEqual(reported ? [[...reported] as never] : []);
      expect(answer.headers.get("WWW-Authenticate")).toBe(status === 401 ? "Token" : null);
      if (says) expect(json.message).toContain(says);
      if (token) expect(JSON.stringify(json)).not.toContain(token);
      expect(world.logged).toEqual([]);
    },
  );

  test.each(["Bearer", "bearer", "TOKEN"])("the scheme %s", async (scheme) => {
    const world = makeWorld();
    const headers = { Authorization: `${scheme} ${OWNER}` };
    expect((await world.ask("POST", RECORD, null, ONE, headers)).status).toBe(200);
  });

  test.each(["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])(
    "the media type %p does not matter",
    async (type) => {
      const headers: Record<string, string> = type === "" ? {} : { "Content-Type": type };
      const body = new TextEncoder().encode(ONE);
      expect((await makeWorld().ask("POST", RECORD, OWNER, body, headers)).status).toBe(200);
    },
  );

  test("the measurement is there: value and explicit time", async () => {
    const world = makeWorld();
    await world.ask("POST", RECORD, OWNER, '{"field":"temperature","value":22.50,"timestamp":1555570137.25}');
    expect(world.data.current(1)).toEqual({ time: 1_555_570_137_250_000, value: 22.5 });
    expect(world.recorder.submitted[0]).toMatchObject({ device: world.node(1) });
  });

  test("a bad batch names all its bad rows, and records nothing", async () => {
    const world = makeWorld();
    const body = JSON.stringify(Array.from({ length: 150 }, () => ({ field: "TEMPERATURE" })));
    const answer = await world.ask("POST", `${RECORD}?batch=true`, OWNER, body);
    const json = await errorOf(answer);
    expect([answer.status, json.code, json.rows?.length, json.rows_total]).toEqual([400, "invalid_batch", 150, 150]);
    expect(json.rows?.[149]).toMatchObject({ row: 149, field: "TEMPERATURE", code: "invalid_batch" });
    expect(world.recorder.submitted).toEqual([]);
  });

  test("bad values of a batch come back from the recorder with their rows", async () => {
    const world = makeWorld();
    const answer = await world.ask("POST", `${RECORD}?batch=true`, OWNER, '{"TEMPERATURE":1,"DOOR":"ajar"}');
    expect(await answer.json()).toMatchObject({
      code: "invalid_batch",
      rows: [{ row: 1, field: "DOOR" }],
      rows_total: 1,
    });
    expect(world.recorder.submitted).toEqual([]);
  });

  test("a batch with more rows than the limit", async () => {
    const world = makeWorld({ maxBody: 10_000, maxBatchRows: 2 });
    const answer = await world.ask("POST", `${RECORD}?batch=true`, OWNER, `[${ONE},${ONE},${ONE}]`);
    expect((await errorOf(answer)).code).toBe("invalid_batch");
  });

  test("a body without an announced length is given up at the limit, unread", async () => {
    const world = makeWorld({ maxBody: 1000, maxBatchRows: 2 });
    let pulled = 0;
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(400));
      },
      cancel() {
        cancelled = true;
      },
    });
    const answer = await world.ask("POST", RECORD, OWNER, body);
    expect([answer.status, (await errorOf(answer)).code]).toEqual([413, "value_too_large"]);
    expect(pulled).toBeLessThan(10);
    expect(cancelled).toBe(true);
  });

  test("a body that breaks off", async () => {
    const world = makeWorld();
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error("reset"));
      },
    });
    expect((await world.ask("POST", RECORD, OWNER, body)).status).toBe(400);
    expect(world.recorder.submitted).toEqual([]);
  });

  test("rights that are lost while the body comes are lost", async () => {
    const world = makeWorld();
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        world.directory.apply([{ kind: "token", op: "delete", uid: 100 }]);
        controller.enqueue(new TextEncoder().encode(ONE));
        controller.close();
      },
    });
    expect((await world.ask("POST", RECORD, OWNER, body)).status).toBe(401);
    expect([world.recorder.submitted, world.recorder.reported]).toEqual([[], []]);
  });

  test.each([
    ["storage_unavailable", 503],
    ["quota_exceeded", 429],
    ["rate_limited", 429],
  ] as const)("%s says when to try again", async (code, status) => {
    const world = makeWorld();
    world.data.failure = new Refusal(code, "Later.");
    const answer = await world.ask("POST", RECORD, OWNER, ONE);
    expect(answer.status).toBe(status);
    expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(0);
  });

  test("a fault inside is logged and tells nothing", async () => {
    const world = makeWorld();
    world.data.failure = new Error("SELECT secret");
    const answer = await world.ask("POST", RECORD, OWNER, ONE);
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(JSON.parse(text).code).toBe("internal_error");
    expect(text).not.toContain("SELECT");
    expect(world.logged).toHaveLength(1);
    expect(JSON.stringify(world.logged)).toContain("SELECT secret"); // as text: what a logger makes of an object differs
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
  });

  test("refused logins are counted", async () => {
    const world = makeWorld();
    await world.ask("GET", "/v1/devices/", EXPIRED);
    expect([...world.metrics.loginsRefused]).toEqual([["expired_token", 1]]);
  });
});
