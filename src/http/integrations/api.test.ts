import { expect, test } from "bun:test";
import { Refusal } from "../../base/errors.ts";
import { makeWorld } from "../http.testing.ts";

const KEY = "6f1d2c3b-4a59-4e8d-9c7b-0a1b2c3d4e5f";
const UUID = "0e9f8d7c-6b5a-4c3d-8e2f-1a0b9c8d7e6f";

function withKeys(given: Parameters<typeof makeWorld>[0] = {}, more: { acceptsProductUuid?: false } = {}) {
  const world = makeWorld(given);
  const row = world.directory.product("p")?.row;
  if (!row) throw new Error("the product is not there");
  world.directory.apply([{ kind: "product", op: "put", row: { ...row, uuid: UUID, integrationKey: KEY, ...more } }]);
  return world;
}

test.each([
  ["POST", `/integrations/api/${KEY}`],
  ["POST", `/integrations/api/${KEY}/`],
  ["POST", `/integrations/api/${KEY.toUpperCase()}/a/b`],
  ["POST", `/integrations/api/${UUID}/`],
  ["GET", `/integrations/api/${UUID}?a=1`],
  ["POST", `/api/${KEY}`],
  ["POST", `/api/${UUID}/sub/path`],
])("%s %s is passed on, and answered with thanks", async (method, path) => {
  const { ask, integrations } = withKeys();
  const answer = await ask(method, path, null, method === "GET" ? undefined : "text");
  expect([answer.status, await answer.text()]).toEqual([200, "thanks"]);
  expect(answer.headers.get("Content-Type")).toStartWith("text/plain");
  expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
  const [incoming] = integrations.received;
  expect(incoming).toMatchObject({ way: "http", principal: null, remote: "127.0.0.1" });
  expect(incoming?.product?.row.slug).toBe("p");
  expect(incoming?.request?.path).toBe(path.replace(/\?.*/, ""));
});

test("a decoder finds headers, parameters and the fields of forms", async () => {
  const { ask, integrations } = withKeys();
  const type = "application/x-www-form-urlencoded";
  await ask("POST", `/integrations/api/${KEY}/x?a=1&a=2`, null, "b=3&c=%C3%A4", { "Content-Type": type, "X-H": "v" });
  const form = new FormData();
  form.set("t", "21");
  form.set("f", new File(["x"], "name.txt"));
  const multipart = new Request("http://localhost", { method: "POST", body: form });
  const header = multipart.headers.get("Content-Type") ?? "";
  await ask("POST", `/integrations/api/${KEY}`, null, new Uint8Array(await multipart.arrayBuffer()), {
    "Content-Type": header,
  });
  await ask("POST", `/integrations/api/${KEY}`, null, "no form", { "Content-Type": "multipart/form-data; boundary=x" });
  const [first, second, third] = integrations.received;
  expect(first?.request).toMatchObject({
    query: [
      ["a", "1"],
      ["a", "2"],
    ],
    form: [
      ["b", "3"],
      ["c", "ä"],
    ],
  });
  expect(first?.request?.headers).toContainEqual(["x-h", "v"]);
  expect(second?.request?.form).toEqual([
    ["t", "21"],
    ["f", "name.txt"],
  ]);
  expect(third?.request?.form).toEqual([]);
});

test("a wrong Authorization header is ignored; a mark of a retry is taken", async () => {
  const { ask, integrations } = withKeys();
  const answer = await ask("POST", `/integrations/api/${KEY}`, "wrong", "x", { "Idempotency-Key": "n1" });
  expect(answer.status).toBe(200);
  expect(integrations.received[0]?.dedupeKeys).toEqual(["n1"]);
});

test("no other key is taken, nor the UUID of a product that does not want that", async () => {
  const { ask, integrations } = withKeys({}, { acceptsProductUuid: false });
  for (const key of [UUID, "p", "1", "00000000-0000-4000-8000-000000000000"]) {
    const answer = await ask("POST", `/integrations/api/${key}`, null, "x");
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([404, "unknown_product"]);
  }
  expect((await ask("POST", `/integrations/api/${KEY}`, null, "x")).status).toBe(200);
  expect(integrations.received).toHaveLength(1);
});

test("a body above 256 KiB is 413; more requests a second than the rate are 429, of this product alone", async () => {
  const { ask } = withKeys({ maxIntegrationRate: 2 });
  expect((await ask("POST", `/integrations/api/${KEY}`, null, "x".repeat(256 * 1024 + 1))).status).toBe(413);
  expect((await ask("POST", `/integrations/api/${KEY}`, null, "x".repeat(256 * 1024))).status).toBe(200);
  const refused = await ask("POST", `/integrations/api/${KEY}`, null, "x");
  expect([refused.status, refused.headers.get("Retry-After")]).toEqual([429, "1"]);
  expect(((await refused.json()) as { message: string }).message).toContain("--max-integration-rate");
});

test("what is worth sending again is told so", async () => {
  const { ask, integrations } = withKeys();
  integrations.failure = new Refusal("overloaded", "No room.", undefined, 1);
  const answer = await ask("POST", `/integrations/api/${KEY}`, null, "x");
  expect([answer.status, answer.headers.get("Retry-After")]).toEqual([503, "1"]);
});

test("pages of other origins may send; other methods are told which there are", async () => {
  const { ask, integrations } = withKeys();
  const preflight = await ask("OPTIONS", `/integrations/api/${KEY}/x`, null, undefined, {
    Origin: "https://example.com",
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "x-any",
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("Access-Control-Allow-Headers")).toContain("*");
  expect((await ask("HEAD", `/integrations/api/${KEY}`, null)).status).toBe(200);
  expect(integrations.received).toEqual([]);
  const wrong = await ask("DELETE", `/integrations/api/${KEY}`, null);
  expect([wrong.status, wrong.headers.get("Allow")]).toEqual([405, "GET, HEAD, POST"]);
});
