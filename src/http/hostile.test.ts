import { expect, test } from "bun:test";
import fc from "fast-check";
import { makeWorld, OWNER } from "./http.testing.ts";

const BATCH = ["", "?batch=true", "?batch=TRUE&batch=false", "?__proto__=1&batch=true", "?batch=%zz"];
const NASTY = [
  "__proto__",
  "constructor",
  "toString",
  "field",
  "value",
  "timestamp",
  "TEMPERATURE",
  "temperature",
  "NOTE",
];

const bytes = fc.uint8Array({ maxLength: 200 }).map((b) => new Uint8Array(b));
const text = (arbitrary: fc.Arbitrary<string>) => arbitrary.map((s) => new TextEncoder().encode(s));
const key = fc.oneof(fc.constantFrom(...NASTY), fc.string());
const member = fc.tuple(key, fc.json({ maxDepth: 2 })).map(([k, json]) => `${JSON.stringify(k)}:${json}`);
const object = fc.array(member, { maxLength: 5 }).map((members) => `{${members.join(",")}}`);
const list = fc.array(fc.oneof(object, fc.json()), { maxLength: 5 }).map((rows) => `[${rows.join(",")}]`);
const deep = fc
  .tuple(fc.constantFrom("[", '{"a":', '{"field":"NOTE","value":['), fc.integer({ min: 1, max: 4000 }))
  .map(([open, times]) => open.repeat(times));
const number = fc.constantFrom("1e999", "-0", "9007199254740993", "0.1e-400", "01", "1.", "NaN", "٣");
const rows = fc
  .tuple(key, number, number)
  .map(([k, value, time]) => `{"field":${JSON.stringify(k)},"value":${value},"timestamp":${time}}`);
const quoted = object.map((s) => JSON.stringify(s));
const body = fc.oneof(bytes, ...[fc.json(), object, list, deep, rows, quoted, fc.string({ unit: "binary" })].map(text));

/** What may be answered to a body: recorded, or a refusal that says why. */
const EXPECTED = [200, 400, 404, 413];

test("a hostile body is recorded or refused, never a fault, and nothing of a refused one stays", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...BATCH), body, async (query, payload) => {
      const world = makeWorld();
      const answer = await world.ask("POST", `/v1/devices/d1/record/${query}`, OWNER, payload);
      const json = (await answer.json()) as { ok?: boolean; code?: string; detail?: string };
      expect(EXPECTED).toContain(answer.status);
      expect(world.logged).toEqual([]);
      expect(world.recorder.submitted.length).toBe(answer.status === 200 ? 1 : 0);
      if (answer.status !== 200) expect([typeof json.code, typeof json.detail]).toEqual(["string", "string"]);
    }),
    { numRuns: 1500 },
  );
});

test("a hostile address or query is never a fault", async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "v1",
      "devices",
      "d1",
      "record",
      "historic_data",
      "log",
      "..",
      "%2e%2e",
      "%00",
      "%zz",
      "%",
      "*",
      ":id",
    ),
    fc.webSegment(),
    fc.string().map((s) => encodeURIComponent(s.toWellFormed())),
  );
  const path = fc.array(piece, { maxLength: 5 }).map((pieces) => `/${pieces.join("/")}`);
  const known = fc.constantFrom("", "historic_data", "log").map((last) => `/v1/devices/d1/${last}`);
  const name = fc.constantFrom(
    "fields",
    "resolution",
    "timeframe_start",
    "timeframe_end",
    "limit",
    "serial_number",
    "__proto__",
  );
  const pair = fc.tuple(
    name,
    fc.oneof(
      fc.webQueryParameters(),
      fc.string().map((s) => encodeURIComponent(s.toWellFormed())),
    ),
  );
  const query = fc.array(pair, { maxLength: 4 }).map((pairs) => pairs.map(([k, v]) => `${k}=${v}`).join("&"));
  const world = makeWorld();
  world.data.put(1, 1, world.time.now - 1, 1);
  const method = fc.constantFrom("GET", "POST", "PUT", "OPTIONS", "HEAD", "PATCH");
  await fc.assert(
    fc.asyncProperty(method, fc.oneof(path, known), query, async (verb, address, parameters) => {
      const answer = await world.ask(verb, `${address}?${parameters}`, OWNER);
      expect(answer.status === 501 || answer.status < 500).toBe(true);
      await answer.arrayBuffer();
    }),
    { numRuns: 1500 },
  );
  expect(world.logged).toEqual([]);
});

test("a hostile Authorization header opens nothing", async () => {
  const world = makeWorld();
  const scheme = fc.constantFrom("Token", "Bearer", "Basic", "", "token token");
  const secret = fc.oneof(
    fc.string(),
    fc.constantFrom(`${OWNER} `, `${OWNER}x`, OWNER.toUpperCase(), `${OWNER} ${OWNER}`),
  );
  await fc.assert(
    fc.asyncProperty(scheme, secret, async (first, second) => {
      const header = `${first} ${second}`.replace(/[^\x20-\x7e]/g, "?");
      const right =
        ["Token", "Bearer"].includes(first) && header.trim().endsWith(` ${OWNER}`) && header.trim().length < 48;
      const answer = await world.ask("GET", "/v1/devices/", null, undefined, { Authorization: header });
      expect(answer.status).toBe(right ? 200 : 401);
    }),
  );
});
