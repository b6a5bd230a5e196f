import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { BadValues, Refusal } from "../../base/errors.ts";
import { NOW, OWNER, VIEWER } from "../http.testing.ts";
import { ADMIN, type Json, MANAGER, makeApi } from "./api.testing.ts";
import { DESCRIBED } from "./index.ts";
import { Repeats } from "./repeats.ts";
import { checked } from "./serve.ts";

const PRODUCTS = "/workspaces/w/products";

describe("Idempotency-Key", () => {
  const KEY = { "Idempotency-Key": "one" };

  test("a repeated request is answered as the first one was, and done once, also while it is under way", async () => {
    const it = makeApi();
    const wish = { name: "Pump" };
    const [one, two] = await Promise.all([
      it.api("POST", PRODUCTS, OWNER, wish, KEY),
      it.api("POST", PRODUCTS, OWNER, wish, KEY),
    ]);
    const three = await it.api("POST", PRODUCTS, OWNER, wish, KEY);
    expect(it.fleetStore.commits).toBe(1);
    for (const again of [two, three]) {
      expect([again.status, again.body]).toEqual([201, one.body]);
      for (const name of ["ETag", "Location"]) expect(again.headers.get(name)).toBe(one.headers.get(name));
    }
    const replayed = [one, two, three].map(({ headers }) => headers.get("Idempotency-Replayed"));
    expect(replayed).toEqual([null, "true", "true"]);
  });
  test("the same key with another request is 422, whatever differs", async () => {
    const it = makeApi();
    await it.api("POST", PRODUCTS, OWNER, { name: "Pump" }, KEY);
    const others: [string, unknown][] = [
      [PRODUCTS, { name: "Other" }],
      ["/workspaces", { name: "Pump" }],
      ["/products/p/devices", { name: "Pump" }],
    ];
    for (const [path, body] of others) {
      const answer = await it.api("POST", path, OWNER, body, KEY);
      expect([answer.status, answer.body.code]).toEqual([422, "key_used"]);
    }
    expect(it.fleetStore.commits).toBe(1);
  });
  test("keys of another account are other keys; what was refused may be tried again", async () => {
    const it = makeApi();
    await it.api("POST", PRODUCTS, OWNER, { name: "Pump" }, KEY);
    expect((await it.api("POST", PRODUCTS, ADMIN, { name: "Other" }, KEY)).status).toBe(201);
    expect((await it.api("POST", PRODUCTS, ADMIN, { name: "x", slug: "p" }, { "Idempotency-Key": "two" })).status).toBe(
      409,
    );
    expect(
      (await it.api("POST", PRODUCTS, ADMIN, { name: "x", slug: "pp" }, { "Idempotency-Key": "two" })).status,
    ).toBe(201);
  });
  test("a repeated request needs its rights again", async () => {
    const it = makeApi();
    await it.api("POST", PRODUCTS, ADMIN, { name: "Pump" }, KEY);
    await it.patch("/workspaces/w/members/11", { role: "observer" });
    expect((await it.api("POST", PRODUCTS, ADMIN, { name: "Pump" }, KEY)).status).toBe(403);
  });
  test("after 24 hours a key is new", async () => {
    const it = makeApi();
    await it.api("POST", PRODUCTS, OWNER, { name: "Pump" }, KEY);
    it.time.now = NOW + 24 * 3600 * 1e6;
    expect((await it.api("POST", PRODUCTS, OWNER, { name: "Pump" }, KEY)).body.slug).toBe("pump-2");
  });
  test.each(["", " ", "x".repeat(256)])("the key %p is none", async (key) => {
    const it = makeApi();
    const answer = await it.ask("POST", `/api/v1${PRODUCTS}`, OWNER, '{"name":"x"}', {
      "Content-Type": "application/json",
      "Idempotency-Key": key,
    });
    expect([answer.status, it.fleetStore.commits]).toEqual([400, 0]);
  });
  test("what is remembered is bounded: the oldest are forgotten", async () => {
    const repeats = new Repeats();
    const ask = async (i: number, account: string, now = NOW) => {
      const work = async () => ({ status: 200, text: "", headers: {} });
      return (await repeats.once({ account, key: `${i}`, request: ["x"], now }, work)).repeated;
    };
    // of one account its own, not those of others
    await ask(0, "u:2");
    for (let i = 0; i < 1001; i++) await ask(i, "u:1");
    expect([await ask(1000, "u:1"), await ask(0, "u:2"), await ask(0, "u:1")]).toEqual([true, true, false]);
    // of all of them
    for (let i = 0; i < 10_000; i++) await ask(i, `a:${i % 20}`);
    expect([await ask(9999, "a:19"), await ask(0, "u:2")]).toEqual([true, false]);
    // and for a day
    expect(await ask(9999, "a:19", NOW + 24 * 3600 * 1e6)).toBe(false);
    const large = new Repeats();
    const big = (key: string) =>
      large.once({ account: "u:1", key, request: ["x"], now: NOW }, async () => ({
        status: 200,
        text: "x".repeat(20 * 1024 * 1024),
        headers: {},
      }));
    for (const key of ["a", "b", "c"]) await big(key);
    expect([(await big("c")).repeated, (await big("a")).repeated]).toEqual([true, false]);
  });
});

describe("rates", () => {
  test("an account that asks too often is told when to come again; others are not concerned", async () => {
    const it = makeApi({ maxRequestRate: 3 });
    const ask = (secret: string) => it.api("GET", "/products", secret);
    const left = [await ask(OWNER), await ask(OWNER), await ask(OWNER)].map((a) =>
      a.headers.get("RateLimit-Remaining"),
    );
    expect(left).toEqual(["2", "1", "0"]);
    const over = await ask(OWNER);
    expect([over.status, over.body.code, over.headers.get("Retry-After")]).toEqual([429, "rate_limited", "1"]);
    expect(over.headers.get("RateLimit-Remaining")).toBe("0");
    expect(it.metrics.requestsLimited).toBe(1);
    const other = await ask(VIEWER);
    expect([other.status, other.headers.get("RateLimit-Limit"), other.headers.get("RateLimit-Reset")]).toEqual([
      200,
      "3",
      "1",
    ]);
    it.time.now += 1_000_000;
    expect((await ask(OWNER)).status).toBe(200);
  });
  test("the document is made once, has an ETag, and strangers have a rate", async () => {
    const it = makeApi({ maxRequestRate: 2 });
    const ask = (more: Record<string, string> = {}) => it.ask("GET", "/api/v1/openapi.json", null, undefined, more);
    const first = await ask();
    const etag = first.headers.get("ETag") ?? "";
    expect([first.status, etag.length > 10]).toEqual([200, true]);
    const same = await ask({ "If-None-Match": etag });
    expect([same.status, await same.text()]).toEqual([304, ""]);
    expect((await ask()).status).toBe(429);
    expect((await it.api("GET", "/products")).status).toBe(200);
  });
  test("a refusal tells what is left, too", async () => {
    const it = makeApi({ maxRequestRate: 3 });
    const { status, headers } = await it.api("GET", "/products/nothing");
    expect([status, headers.get("RateLimit-Remaining")]).toEqual([404, "2"]);
  });
  test("without a limit nothing is counted", async () => {
    const { headers } = await makeApi().api("GET", "/products");
    expect(headers.get("RateLimit-Limit")).toBeNull();
  });
});

test("a token that is revoked while its request waits for its turn changes nothing any more", async () => {
  const it = makeApi();
  const revoked = it.api("DELETE", "/workspaces/w/api-users/20/tokens/220");
  const late = it.api("POST", "/workspaces/w/api-users", MANAGER, { name: "late" });
  expect([(await revoked).status, (await late).status]).toEqual([200, 401]);
  expect(it.directory.apiUsersOf(1).some(({ name }) => name === "late")).toBe(false);
});

describe("requests that are not well-formed", () => {
  const send = async (body: string, headers: Record<string, string> = { "Content-Type": "application/json" }) => {
    const it = makeApi({ maxBody: 1000 });
    const answer = await it.ask("POST", `/api/v1${PRODUCTS}`, OWNER, body, headers);
    expect(it.fleetStore.commits).toBe(0);
    const problem = (await answer.json()) as Json;
    return [answer.status, problem.code];
  };
  test.each([
    ["no JSON", "{"],
    ["nothing", ""],
    ["a list", "[]"],
    ["a key with a meaning of its own", '{"name":"x","__proto__":{"uid":1}}'],
    ["a name that is a number", '{"name":1}'],
    ["a name of spaces", '{"name":"  "}'],
    ["a broken surrogate", '{"name":"\\ud800"}'],
  ])("%s", async (_, body) => {
    expect(await send(body)).toEqual([400, "invalid_request"]);
  });
  test("a body that does not say that it is JSON, as a form of another site does", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
      expect(await send('{"name":"x"}', { "Content-Type": type })).toEqual([400, "invalid_request"]);
  });
  test("a body that is too large", async () => {
    expect(await send(`{"name":"${"x".repeat(1000)}"}`)).toEqual([413, "value_too_large"]);
  });
  test.each([
    ["a limit of 0", "limit=0", "?limit"],
    ["a limit of 1001", "limit=1001", "?limit"],
    ["a limit in words", "limit=ten", "?limit"],
    ["a cursor that no answer gave", "cursor=xx", "?cursor"],
    ["a parameter that is not there", "page=2", "?page"],
    ["a parameter twice", "limit=1&limit=2", "?limit"],
  ])("%s", async (_, query, path) => {
    const { status, body } = await makeApi().api("GET", `/products?${query}`);
    expect([status, body.code, body.errors[0].path]).toEqual([400, "invalid_request", path]);
  });
  test("what is wrong is told in our words, whatever it is, with its place for people and for programs", () => {
    const junk = [1, -1, 1.5, "", "\u0000", "x".repeat(70_000), true, null, [], [1], [[]], {}, { x: 1 }, "2030", "tru"];
    let told = 0;
    for (const { body, query, id } of DESCRIBED)
      for (const [schema, prefix] of [
        [body, ""],
        [query, "?"],
      ] as const) {
        if (!(schema instanceof z.ZodObject)) continue;
        const shape = Object.keys(schema.shape);
        const values = [...junk, ...shape.flatMap((key) => junk.map((value) => ({ [key]: value })))];
        values.push({ [`${shape[0]}x`]: 1 }, { [`${"y".repeat(300)}`]: 1 });
        for (const value of values)
          try {
            checked(schema, value, prefix);
          } catch (error) {
            if (!(error instanceof BadValues)) throw error;
            for (const one of error.values) {
              told++;
              expect([id, one.message]).not.toEqual([
                id,
                expect.stringMatching(/Invalid|expected|received|Too (?:big|small)|Unrecognized|\bzod\b|undefined|NaN/),
              ]);
              expect([id, one.path.startsWith("?"), one.pointer === undefined]).toEqual([
                id,
                prefix === "?",
                prefix === "?",
              ]);
              expect(one.message.length + one.path.length).toBeLessThan(700);
            }
          }
      }
    expect(told).toBeGreaterThan(2000);
  });
  test("places are JSON Pointers, parameters are named, and near misses suggested", async () => {
    const it = makeApi();
    const grants = [
      { scope: "al", can: ["view"] },
      { scope: "tag", tag: "t", can: ["vieuw"] },
    ];
    const { body } = await it.api("POST", "/workspaces/w/api-users", OWNER, { nmae: "x", grants });
    expect(body.errors).toEqual([
      { path: "name", pointer: "/name", message: "is missing" },
      {
        path: "grants[0].scope",
        pointer: "/grants/0/scope",
        message: expect.stringContaining("allowed is all, product,"),
      },
      {
        path: "grants[1].can[0]",
        pointer: "/grants/1/can/0",
        message: expect.stringContaining('did you mean "view"?'),
      },
      { path: "nmae", pointer: "/nmae", message: expect.stringContaining('did you mean "name"?') },
    ]);
    expect(body.detail).toContain("name: is missing. grants[0].scope: ");
    const query = (await it.api("GET", "/devices?serach=x&limit=0&onlne=1")).body;
    expect(query.errors.map((e: Json) => [e.parameter, "pointer" in e])).toEqual([
      ["limit", false],
      ["serach", false],
      ["onlne", false],
    ]);
    expect(query.errors[1].message).toContain('unknown parameter "serach"');
    expect(query.errors[1].message).toContain('did you mean "search"?');
    const taken = await it.api("POST", "/products/p/devices", OWNER, { id: "d1" });
    expect(taken.body.errors[0]).toMatchObject({ path: "id", pointer: "/id" });
  });
  test("every wrong value is named at once", async () => {
    const { body } = await makeApi().api("POST", "/products/p/fields", OWNER, { id: "a b", type: "x", decimals: -1 });
    expect(new Set(body.errors.map((e: Json) => e.path))).toEqual(new Set(["id", "type", "decimals"]));
  });
});

describe("pages of other sites", () => {
  test("may ask with a token, for every method and header of the API, and never with cookies", async () => {
    const it = makeApi();
    const answer = await it.ask("OPTIONS", "/api/v1/products/p", null, undefined, {
      Origin: "https://example.com",
      "Access-Control-Request-Method": "PATCH",
      "Access-Control-Request-Headers": "Authorization, If-Match",
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
    for (const method of ["PATCH", "DELETE"])
      expect(answer.headers.get("Access-Control-Allow-Methods")).toContain(method);
    for (const name of ["Authorization", "If-Match", "Idempotency-Key"])
      expect(answer.headers.get("Access-Control-Allow-Headers")).toContain(name);
    expect(answer.headers.get("Access-Control-Allow-Credentials")).toBeNull();
  });
  test("nothing is kept by caches", async () => {
    expect((await makeApi().api("GET", "/products")).headers.get("Cache-Control")).toBe("no-store");
  });
});

test("Bearer is the same as Token; the token in the address or in a cookie is nothing", async () => {
  const it = makeApi();
  const bearer = await it.api("GET", "/products", null, undefined, { Authorization: `Bearer ${OWNER}` });
  expect(bearer.status).toBe(200);
  const cookie = await it.api("GET", "/products", null, undefined, { Cookie: `token=${OWNER}` });
  expect(cookie.status).toBe(401);
  expect((await it.api("GET", `/products?token=${OWNER}`, null)).status).toBe(401);
});

test("a store that takes nothing is 503, and nothing is changed", async () => {
  const it = makeApi();
  it.fleetStore.failure = new Refusal("storage_unavailable", "full");
  const answer = await it.api("POST", PRODUCTS, OWNER, { name: "x" });
  expect([answer.status, answer.body.code, answer.headers.get("Retry-After")]).toEqual([
    503,
    "storage_unavailable",
    "5",
  ]);
  expect(it.directory.product("x")).toBeUndefined();
});

test("a mistake of the program is 500 without a word about the inside", async () => {
  const it = makeApi();
  it.fleetStore.failure = new Error("select * from secret");
  const answer = await it.api("POST", PRODUCTS, OWNER, { name: "x" });
  expect([answer.status, answer.body.code]).toEqual([500, "internal_error"]);
  expect(JSON.stringify(answer.body)).not.toContain("secret");
});
