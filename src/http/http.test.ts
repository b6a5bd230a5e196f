import { expect, test } from "bun:test";
import { errorOf, makeWorld, OWNER } from "./http.testing.ts";

const RECORD = "/v1/devices/d1/record/";

test.each([
  ["GET", "/nothing", 404, null],
  ["GET", "/v1/devices//", 404, null],
  ["GET", "/v1", 404, null],
  ["GET", RECORD, 405, "POST"],
  ["PUT", RECORD, 405, "POST"],
  ["POST", "/v1/devices/", 405, "GET, HEAD"],
  ["DELETE", "/v1/devices/d1", 405, "GET, HEAD"],
  ["POST", "/healthz", 405, "GET, HEAD"],
  ["POST", "/", 405, "GET, HEAD"],
] as const)("%s %s: %d", async (method, path, status, allow) => {
  const answer = await makeWorld().ask(method, path, OWNER);
  expect([answer.status, answer.headers.get("Allow")]).toEqual([status, allow]);
  expect((await errorOf(answer)).code).toBe(status === 404 ? "not_found" : "method_not_allowed");
});

test("HEAD answers without a body", async () => {
  const answer = await makeWorld().ask("HEAD", "/v1/devices/", OWNER);
  expect([answer.status, await answer.text()]).toEqual([200, ""]);
});

test("a browser may ask from anywhere, with a token and never with credentials", async () => {
  const headers = {
    Origin: "https://example.org",
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type",
  };
  const answer = await makeWorld().ask("OPTIONS", RECORD, null, undefined, headers);
  expect(answer.status).toBe(204);
  expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
  expect(answer.headers.get("Access-Control-Allow-Methods")).toContain("POST");
  expect(answer.headers.get("Access-Control-Allow-Headers")?.split(",")).toEqual(["Authorization", "Content-Type"]);
  expect(answer.headers.get("Access-Control-Allow-Credentials")).toBeNull();
  const own = await makeWorld().ask("GET", "/metrics", null, undefined, { Origin: "https://example.org" });
  expect(own.headers.get("Access-Control-Allow-Origin")).toBeNull();
});

test("security headers", async () => {
  const { headers } = await makeWorld().ask("GET", "/", null);
  expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
  expect(headers.get("Content-Security-Policy")).toContain("default-src 'none'");
  expect(headers.get("Cache-Control")).toBe("no-store");
  expect(headers.get("Strict-Transport-Security")).toBeNull();
});

test("the first page is a text, said to be one, that names the product and where to go on", async () => {
  const first = await makeWorld().ask("GET", "/", null);
  expect(first.headers.get("Content-Type")).toBe("text/plain; charset=utf-8");
  const text = await first.text();
  expect(text).toStartWith("fieldcast");
  expect(text).toContain("\nPOST /graphql/ ");
  expect(text).toContain("\n/console/ ");
  // one column for what is asked, one for what it is
  const lines = text.split("\n\n")[1]?.split("\n") ?? [];
  expect(
    lines.filter((line) => !/^(?:[A-Z]+ +)?\S.{48}$/.test(line.slice(0, 49)) || line[49] !== " " || line[50] === " "),
  ).toEqual([]);
});

test("healthz", async () => {
  const world = makeWorld();
  const health = await world.ask("GET", "/healthz", null);
  expect([health.status, await health.json()]).toEqual([200, { status: "ok" }]);
  world.state.ready = false;
  expect((await world.ask("GET", "/healthz/", null)).status).toBe(503);
});

test("a record bears the headers of every other answer under /v1, whether it is taken or refused", async () => {
  const world = makeWorld();
  const names = ({ headers }: Response) => [...headers].filter(([name]) => !/^(?:content-type|etag)$/.test(name));
  const other = names(await world.ask("GET", "/v1/devices/d1/", OWNER));
  expect(other.length).toBeGreaterThan(8);
  for (const body of ['{"field":"TEMPERATURE","value":1}', "{}"])
    for (const path of [RECORD, "/v1/devices/d1/record", `${RECORD}?batch=false`]) {
      const answer = await world.ask("POST", path, OWNER, body);
      expect(answer.status).toBe(body === "{}" ? 400 : 200);
      expect(names(answer)).toEqual(other);
    }
});
