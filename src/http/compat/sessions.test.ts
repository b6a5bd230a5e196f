import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { BLIND, makeWorld, OPERATOR, OWNER, VIEWER } from "../http.testing.ts";
import { sessionOf } from "./sessions.testing.ts";

const START = 1_772_366_400_000_000;

function world() {
  const it = makeWorld();
  it.sessions.all = [
    sessionOf("a:1", "pump", START),
    sessionOf("a:2", "pump", START + 1, { connected: false, remote: null, transport: null }),
    sessionOf("a:1", "x/é ?#", START + 2),
  ];
  const ask = async (method: string, path: string, body?: string, secret: string | null = OPERATOR) => {
    const answer = await it.ask(method, path, secret, body);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }; // the tests say what they expect
  };
  return { ...it, ask };
}

describe("who may", () => {
  const operations = [
    ["GET", "/v1/sessions/", undefined],
    ["GET", "/v1/sessions/a:1/pump/", undefined],
    ["POST", "/v1/sessions/disconnect/", '{"account":"a:1","client_id":"pump"}'],
  ] as const;
  test.each(operations)("%s %s: only with the instance permission operate", async (method, path, body) => {
    const { ask, sessions } = world();
    for (const secret of [VIEWER, BLIND])
      expect(await ask(method, path, body, secret)).toMatchObject({ status: 403, body: { code: "not_permitted" } });
    expect(await ask(method, path, body, null)).toMatchObject({ status: 401, body: { code: "unknown_token" } });
    expect([sessions.queries, sessions.cut]).toEqual([[], []]);
    for (const secret of [OPERATOR, OWNER]) expect((await ask(method, path, body, secret)).status).toBe(200);
  });
});

describe("GET /v1/sessions/", () => {
  test("all, with their accounts", async () => {
    const { ask } = world();
    const { body } = await ask("GET", "/v1/sessions/");
    expect(body).toMatchObject({
      sessions: [
        {
          account: "one@w",
          principal: "a:1",
          client_id: "pump",
          connected: true,
          since: "2026-03-01T12:00:00Z",
          remote: "192.0.2.7",
          transport: "tls",
          protocol: "5.0",
        },
        { account: "api 2@w", principal: "a:2", client_id: "pump", connected: false, remote: null },
        { client_id: "x/é ?#" },
      ],
      next: null,
    });
  });
  test.each([
    ["?account=one@w", ["a:1 pump", "a:1 x/é ?#"]],
    ["?account=a:2", ["a:2 pump"]],
    ["?client_id=pump", ["a:1 pump", "a:2 pump"]],
    ["?connected=false", ["a:2 pump"]],
    ["?connected=true&account=a:1&client_id=x/%C3%A9%20%3F%23", ["a:1 x/é ?#"]],
    ["?account=&client_id=&connected=&limit=&cursor=", ["a:1 pump", "a:2 pump", "a:1 x/é ?#"]],
  ])("%s", async (query, expected) => {
    const { body } = await world().ask("GET", `/v1/sessions${query}`);
    const found = body.sessions as { principal: string; client_id: string }[]; // as the test above shows
    expect(found.map((s) => `${s.principal} ${s.client_id}`)).toEqual(expected);
  });
  test("by pages: each cursor leads to what is behind it, and the last page has none", async () => {
    const { ask } = world();
    const seen: unknown[] = [];
    let cursor = "";
    for (let pages = 0; pages < 10; pages++) {
      const { body } = await ask("GET", `/v1/sessions?limit=1&cursor=${cursor}`);
      seen.push(...(body.sessions as { client_id: string }[]).map((s) => s.client_id)); // as above
      if (body.next === null) break;
      cursor = String(body.next);
    }
    expect(seen).toEqual(["pump", "pump", "x/é ?#"]);
  });
  test.each(["limit=0", "limit=1001", "limit=x", "connected=1", "cursor=x", "cursor=W10", "cursor=bnVsbA"])(
    "?%s: refused",
    async (query) => {
      expect(await world().ask("GET", `/v1/sessions?${query}`)).toMatchObject({
        status: 400,
        body: { code: "invalid_request" },
      });
    },
  );
  test("an account that is not there", async () => {
    expect(await world().ask("GET", "/v1/sessions?account=no")).toMatchObject({ status: 404 });
  });
});

describe("GET /v1/sessions/<account>/<client id>/", () => {
  test("everything about one session; no payload of a will", async () => {
    const it = world();
    it.sessions.all = [
      sessionOf("a:1", "pump", START, {
        filters: [
          {
            filter: "dtck/*/+/+",
            canonical: "dtck/+/+/+",
            qos: 1,
            noLocal: false,
            retainAsPublished: true,
            retainHandling: 2,
            identifier: 7,
            note: null,
          },
        ],
        will: { topic: "t", qos: 1, retain: true, delay: 5, payloadBytes: 3, due: null },
        lastRefusal: { code: "invalid_value", message: "m", time: START },
        lastEnd: { why: "keep alive", reason: 0x8d, message: "n", byClient: false, time: START },
        outgoingUnreleased: { count: 1, ids: [9] },
      }),
    ];
    expect(await it.ask("GET", "/v1/sessions/one@w/pump")).toMatchObject({
      status: 200,
      body: {
        account: "one@w",
        tls: "TLSv1.3",
        keep_alive: 60,
        last_heard: "2026-03-01T12:00:00Z",
        deliveries_unreleased: { count: 1, ids: [9] },
        will: { topic: "t", qos: 1, retain: true, delay: 5, payload_bytes: 3, due: null },
        last_refusal: { code: "invalid_value", message: "m", time: "2026-03-01T12:00:00Z" },
        last_end: { why: "keep alive", reason: 0x8d, by_client: false },
        filters: [{ filter: "dtck/*/+/+", canonical: "dtck/+/+/+", retain_handling: 2, identifier: 7 }],
      },
    });
  });
  test.each(["a:1/no", "a:2/x", "no/pump", "a:1/PUMP", "a:1/__proto__"])("%s: not found", async (which) => {
    expect(await world().ask("GET", `/v1/sessions/${which}`)).toMatchObject({ status: 404 });
  });
  test("any client identifier can be named, percent-encoded, but . and .., which no address can hold", async () => {
    const it = world();
    const nasty = fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 30 }).map((s) => s.toWellFormed()),
      fc.constantFrom("/", "a/b", "%2F", "%", "%25", "?", "#", "\u0001", "\u202e", "disconnect", "__proto__", " "),
    );
    await fc.assert(
      fc.asyncProperty(nasty, async (client) => {
        fc.pre(client !== "." && client !== "..");
        it.sessions.all = [sessionOf("a:1", client, START)];
        const { status, body } = await it.ask("GET", `/v1/sessions/a:1/${encodeURIComponent(client)}`);
        expect([status, body.client_id]).toEqual([200, client]);
      }),
      { numRuns: 500 },
    );
  });
});

describe("POST /v1/sessions/disconnect/", () => {
  test("one client", async () => {
    const { ask, sessions } = world();
    const wish = JSON.stringify({ account: "one@w", client_id: "x/é ?#" });
    expect(await ask("POST", "/v1/sessions/disconnect", wish)).toEqual({
      status: 200,
      body: { ok: true, disconnected: 1 },
    });
    expect(sessions.cut).toEqual(["a:1 x/é ?#"]);
  });
  test("all of an account, only when that is said", async () => {
    const { ask, sessions } = world();
    expect(await ask("POST", "/v1/sessions/disconnect", '{"account":"a:1","all":true}')).toMatchObject({
      body: { disconnected: 2 },
    });
    expect(sessions.cut).toEqual(["a:1 pump", "a:1 x/é ?#"]);
  });
  test.each([
    ["", 400],
    ["{", 400],
    ["[]", 400],
    ["null", 400],
    ['{"account":"a:1"}', 400],
    ['{"account":"a:1","all":1}', 400],
    ['{"account":"a:1","client_id":"pump","all":true}', 400],
    ['{"account":["a:1"],"client_id":"pump"}', 400],
    ['{"account":"a:1","client_id":7}', 400],
    ['{"account":"no","client_id":"pump"}', 404],
    ['{"account":"a:2","client_id":"pump"}', 404],
    ['{"account":"a:1","client_id":".."}', 404],
  ])("%s: %d, and nobody is cut off", async (wish, status) => {
    const { ask, sessions } = world();
    expect((await ask("POST", "/v1/sessions/disconnect", wish)).status).toBe(status);
    expect(sessions.cut).toEqual([]);
  });
  test("GET does nothing", async () => {
    expect((await world().ask("GET", "/v1/sessions/disconnect")).status).toBe(405);
  });
});
