import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createApi } from "./client.ts";
import { OPERATIONS } from "./operations.ts";
import { ApiProblem } from "./problem.ts";

function setUp(answer: () => Response = () => Response.json({ items: [], next: null })) {
  const asked: { url: string; method: string; headers: Record<string, string>; body: unknown }[] = [];
  const state = { signedOut: 0, csrf: "c5" as string | null, waited: [] as number[] };
  const api = createApi({
    fetch: async (url, { method = "", headers, body }) => {
      asked.push({ url, method, headers: headers as Record<string, string>, body }); // the client gives a plain object
      return answer();
    },
    csrf: () => state.csrf,
    wait: async (ms) => void state.waited.push(ms),
    onSignedOut: () => {
      state.signedOut++;
    },
  });
  return { api, asked, state };
}

test("an operation becomes its address, with what is given and not what is not", async () => {
  const { api, asked } = setUp();
  await api.listDevices({ workspace: "acme", search: "a b/ü", online: false });
  expect(asked[0]).toMatchObject({
    method: "GET",
    url: "/api/v1/devices?workspace=acme&online=false&search=a+b%2F%C3%BC",
  });
  expect(asked[0]?.headers["X-CSRF-Token"]).toBeUndefined();
  await api.updateDevice({ product: "p", device: "a:b", body: { name: "x" }, if_match: '"1"' });
  expect(asked[1]).toMatchObject({ method: "PATCH", url: "/api/v1/products/p/devices/a%3Ab", body: '{"name":"x"}' });
  expect(asked[1]?.headers).toMatchObject({
    "X-CSRF-Token": "c5",
    "If-Match": '"1"',
    "Content-Type": "application/json",
  });
});

test.each(["", ".", ".."])("a part of an address is never %j", async (device) => {
  const { api, asked } = setUp();
  expect(api.deleteDevice({ product: "p", device })).rejects.toBeInstanceOf(TypeError);
  expect(asked).toEqual([]);
});

// its cookie may be gone, too
test.each(["sign_in_needed", "unknown_token"])(
  "a refusal is thrown with its words; the end of a session is told (%s)",
  async (code) => {
    const body = { code, detail: "Your session has ended. Sign in again.", errors: [] };
    const { api, state } = setUp(() => Response.json(body, { status: 401, headers: { "Retry-After": "3" } }));
    const error = await api.listDevices().catch((one: unknown) => one);
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({ status: 401, code, message: body.detail, retryAfter: 3 });
    expect(state.signedOut).toBe(1);
    // a link that asks for the password of an account ends no session
    await api.signIn({ body: { email: "a@x", password: "wrong" } }).catch(() => null);
    expect(state.signedOut).toBe(1);
  },
);

test("what is no answer of the server (a proxy's) still says something", async () => {
  const { api } = setUp(() => new Response("<html>", { status: 502 }));
  const error = await api.listDevices().catch((one: unknown) => one);
  expect(error).toMatchObject({ status: 502, code: null, message: "The server answered 502.", errors: [] });
});

test("the values of a form that are wrong are found by their path", () => {
  const errors = [
    { path: "name", message: "too long" },
    { path: "tags[1]", message: "empty" },
  ];
  const problem = new ApiProblem(400, "invalid_request", "no", null, errors);
  expect([problem.about("name"), problem.about("tags"), problem.about("serial")]).toEqual([
    "too long",
    "empty",
    undefined,
  ]);
});

test("every operation that the console calls is one of the OpenAPI document", () => {
  const root = join(import.meta.dir, "..");
  const files = [...new Bun.Glob("**/*.{ts,tsx}").scanSync(root)].filter((path) => !path.includes(".test."));
  const called = files.flatMap((path) =>
    [...readFileSync(join(root, path), "utf8").matchAll(/\bapi\.(\w+)\(/g)].map(([, id = ""]) => id),
  );
  expect(called.length).toBeGreaterThan(5);
  expect(called.filter((id) => !(id in OPERATIONS))).toEqual([]);
});

test("what reads too fast waits as the server says; what changes something is not sent twice", async () => {
  let busy = 2;
  const slowly = () => {
    if (busy-- > 0) return new Response("{}", { status: 429, headers: { "Retry-After": "1" } });
    return Response.json({ items: [], next: null });
  };
  const { api, asked, state } = setUp(slowly);
  await api.listDevices();
  expect([asked.length, state.waited]).toEqual([3, [1000, 1000]]);
  busy = 1;
  expect(api.signOut()).rejects.toMatchObject({ status: 429 });
  expect(asked).toHaveLength(4);
  // for ever, or for long, nobody waits
  busy = 99;
  expect(await api.listDevices().catch((one: unknown) => one)).toMatchObject({ status: 429 });
  expect(asked).toHaveLength(9);
});
