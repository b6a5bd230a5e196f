import { describe, expect, test } from "bun:test";
import { OWNER, STRANGER, VIEWER } from "../http.testing.ts";
import { EDITOR, makeApi } from "./api.testing.ts";

const CODE = "function Decoder(bytes, port) { return [{ field: 'T', value: bytes[0] }]; }";

const newKey = (n: number) => `a199afc3-2ae6-40a7-b81f-${String(n).padStart(12, "0")}`;

describe("decoder versions", () => {
  test("set, listed, gone back to, switched off; the product says which is in force", async () => {
    const it = makeApi();
    const at = "/products/q";
    expect((await it.api("GET", `${at}/decoder`)).body).toEqual({ version: null });
    const first = await it.api("POST", `${at}/decoders`, OWNER, { code: CODE, note: "the first" });
    expect([first.status, first.headers.get("Location")]).toEqual([201, "/api/v1/products/q/decoders/1"]);
    expect(first.body).toMatchObject({ number: 1, in_force: true, code: CODE, function: null, note: "the first" });
    const second = await it.api("POST", `${at}/decoders`, EDITOR, { code: `${CODE}\n`, function: "Decoder" });
    expect(second.body).toMatchObject({ number: 2, in_force: true, function: "Decoder", by: "api 22" });
    const numbers = async (query = "") => (await it.api("GET", `${at}/decoders${query}`)).body;
    expect(
      (await numbers()).items.map((one: { number: number; in_force: boolean }) => [one.number, one.in_force]),
    ).toEqual([
      [1, false],
      [2, true],
    ]);
    expect(Object.keys((await numbers("?limit=1")).items[0])).not.toContain("code");
    expect((await numbers("?limit=1")).next).toBeString();
    expect((await it.api("PUT", `${at}/decoder`, OWNER, { number: 1 })).body.version).toMatchObject({ number: 1 });
    expect((await it.api("GET", at)).body.decoder).toBe(1);
    expect((await it.api("GET", `${at}/decoders/2`)).body).toMatchObject({ number: 2, in_force: false });
    expect((await it.api("PUT", `${at}/decoder`, OWNER, { number: null })).body).toEqual({ version: null });
    expect((await it.api("GET", at)).body.decoder).toBeNull();
    // the same code is the version that there is
    expect((await it.api("POST", `${at}/decoders`, OWNER, { code: CODE })).body.number).toBe(1);
  });

  const refused: [string, string, string, string, unknown, number, string][] = [
    ["a version that is not there", "PUT", "/decoder", OWNER, { number: 7 }, 404, "not_found"],
    ["a version that is no number", "GET", "/decoders/x", OWNER, undefined, 404, "not_found"],
    ["code that is no script", "POST", "/decoders", OWNER, { code: "function {{" }, 400, "invalid_request"],
    ["no code", "POST", "/decoders", OWNER, { code: " " }, 400, "invalid_request"],
    ["too much code", "POST", "/decoders", OWNER, { code: "é".repeat(140_000) }, 400, "invalid_request"],
    [
      "a function of another name",
      "POST",
      "/decoders",
      OWNER,
      { code: CODE, function: "main" },
      400,
      "invalid_request",
    ],
    ["a viewer who reads code", "GET", "/decoder", VIEWER, undefined, 403, "not_permitted"],
    ["a viewer", "POST", "/decoders", VIEWER, { code: CODE }, 403, "not_permitted"],
    ["a stranger", "GET", "/decoders", STRANGER, undefined, 404, "unknown_product"],
  ];
  test.each(refused)("%s is refused, and nothing happens", async (_, method, path, secret, body, status, code) => {
    const it = makeApi();
    const answer = await it.api(method, `/products/p${path}`, secret, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(it.fleetStore.commits).toBe(0);
  });
});

test("a decoder that the sandbox has stopped is shown to be, and runs again when it is put in force again", async () => {
  const it = makeApi();
  await it.api("POST", "/products/p/decoders", OWNER, { code: CODE });
  it.integrations.areStopped = true;
  expect((await it.api("GET", "/products/p/decoder")).body.version).toMatchObject({ number: 2, stopped: true });
  const all = (await it.api("GET", "/products/p/decoders")).body.items;
  expect(all.map(({ stopped }: { stopped: boolean }) => stopped)).toEqual([false, true]);
  expect((await it.api("PUT", "/products/p/decoder", OWNER, { number: 2 })).body.version.stopped).toBe(false);
});

describe("the integration of a product", () => {
  test("its key is another after it was rotated; switches and limits are changed", async () => {
    const it = makeApi();
    const made = await it.api("POST", "/workspaces/w/products", OWNER, {
      name: "New",
      uuid: "6B98A3BB-9ae1-418f-9375-f23091a849cd",
    });
    expect(made.body).toMatchObject({ uuid: "6b98a3bb-9ae1-418f-9375-f23091a849cd", decoder: null });
    expect(Date.parse(made.body.created)).not.toBeNaN();
    const at = "/products/new/integration";
    const before = (await it.api("GET", at)).body;
    expect(before).toEqual({
      ...{ product: "new", uuid: made.body.uuid, integration_key: before.integration_key, old_key: null },
      ...{ accepts_product_uuid: true, network_token_needed: true, creates_devices: 0, creates_fields: 0 },
    });
    const off = { accepts_product_uuid: false, network_token_needed: false, creates_devices: 7, creates_fields: 1000 };
    expect((await it.patch(at, off)).body).toEqual({ ...before, ...off });
    const rotated = (await it.api("POST", `${at}/rotate-key`, OWNER, { grace_seconds: 0 })).body.integration_key;
    expect([rotated === before.integration_key, rotated.length]).toEqual([false, 36]);
    const { productKeys } = it.directory;
    expect(productKeys.byIntegrationKey(before.integration_key)).toBeUndefined();
    expect(productKeys.byOldKey(before.integration_key)).toBeUndefined();
    expect(productKeys.byIntegrationKey(rotated)?.row.slug).toBe("new");
    expect((await it.patch(at, { accepts_product_uuid: true, creates_fields: 0 })).body).toMatchObject({
      ...{ accepts_product_uuid: true, network_token_needed: false, creates_devices: 7, creates_fields: 0 },
    });
    // a key of another product, and a UUID of one
    const other = (await it.api("POST", "/workspaces/w/products", OWNER, { name: "Other" })).body;
    const taken = await it.patch("/products/other/integration", { integration_key: rotated.toUpperCase() });
    expect([taken.status, taken.body.code]).toEqual([409, "already_exists"]);
    const twice = await it.api("POST", "/workspaces/w/products", OWNER, { name: "Twice", uuid: other.uuid });
    expect([twice.status, twice.body.code]).toEqual([409, "already_exists"]);
  });

  test("a key is rotated with a grace period: the old one is good until its end, or until it is revoked", async () => {
    const it = makeApi();
    const at = "/products/p/integration";
    const { integration_key: first } = (await it.patch(at, { integration_key: newKey(1) })).body;
    const sends = async (key: string) => (await it.ask("POST", `/integrations/api/${key}/`, null, "{}")).status;
    const rotated = (await it.api("POST", `${at}/rotate-key`, OWNER, { grace_seconds: 60 })).body;
    const until = new Date(it.time.now / 1000 + 60_000).toISOString().replace(".000", "");
    expect(rotated.old_key).toEqual({ begins: first.slice(0, 8), until });
    expect([await sends(first), await sends(rotated.integration_key)]).toEqual([200, 200]);
    // meanwhile no other product can have it
    await it.api("POST", "/workspaces/w/products", OWNER, { name: "Other" });
    expect((await it.patch("/products/other/integration", { integration_key: first })).body.code).toBe(
      "already_exists",
    );
    it.time.now += 60_000_000;
    const ended = await it.ask("POST", `/integrations/api/${first}/`, null, "{}");
    expect([ended.status, await ended.text()]).toEqual([404, expect.stringContaining(`was good until ${until}`)]);
    expect((await it.api("GET", at)).body.old_key).toBeNull();
    expect((await it.patch("/products/other/integration", { integration_key: first })).status).toBe(200);
    // a day when it is not said; revoked, it ends at once
    const again = (await it.api("POST", `${at}/rotate-key`, OWNER, {})).body;
    expect(Date.parse(again.old_key.until) - it.time.now / 1000).toBe(86_400_000);
    expect((await it.api("DELETE", `${at}/old-key`)).body.old_key).toBeNull();
    expect([await sends(rotated.integration_key), await sends(again.integration_key)]).toEqual([404, 200]);
  });
  test("of two changes from the same state the second is refused, the end of a grace period is none", async () => {
    const it = makeApi();
    const at = "/products/p/integration";
    await it.api("POST", `${at}/rotate-key`, OWNER, { grace_seconds: 60 });
    const etag = (await it.ask("GET", `/api/v1${at}`, OWNER)).headers.get("ETag") ?? "";
    it.time.now += 61_000_000;
    expect((await it.ask("GET", `/api/v1${at}`, OWNER)).headers.get("ETag")).toBe(etag);
  });

  test.each([
    ["a viewer", VIEWER, 403],
    ["a stranger", STRANGER, 404],
    ["an editor of another product", EDITOR, 403],
  ])("%s does not see the key", async (_, secret, status) => {
    const it = makeApi();
    const answer = await it.api("GET", "/products/p/integration", secret);
    expect([answer.status, "integration_key" in answer.body]).toEqual([status, false]);
    expect((await it.api("POST", "/products/p/integration/rotate-key", secret, {})).status).toBe(status);
  });
});

describe("roles, semantics and UUIDs", () => {
  test("of each role a product has one field; a role that is taken away is free", async () => {
    const it = makeApi();
    const fields = "/products/p/fields";
    const wish = { id: "LEVEL", type: "NUMERIC", role: "primary", semantic: "fill_level" };
    const made = (await it.api("POST", fields, OWNER, wish)).body;
    expect(made).toMatchObject({ role: "primary", semantic: "fill_level" });
    expect(made.uuid).toMatch(/^[0-9a-f-]{36}$/);
    const refused = await it.patch(`${fields}/DOOR`, { role: "primary" });
    expect([refused.status, refused.body.detail]).toEqual([
      409,
      expect.stringContaining("LEVEL is the product's primary field"),
    ]);
    expect((await it.patch(`${fields}/LEVEL`, { role: null })).body).toMatchObject({
      role: null,
      semantic: "fill_level",
    });
    expect((await it.patch(`${fields}/DOOR`, { role: "primary" })).body.role).toBe("primary");
    const same = await it.api("POST", fields, OWNER, { id: "X", type: "INT", uuid: made.uuid });
    expect([same.status, same.body.code]).toEqual([409, "already_exists"]);
    const bad = await it.api("POST", fields, OWNER, { id: "X", type: "INT", semantic: "warmth" });
    expect([bad.status, bad.body.detail]).toEqual([400, expect.stringContaining("semantic")]);
  });

  test("workspaces and devices say when they were made, and a workspace may bring its UUID", async () => {
    const it = makeApi();
    const uuid = "00000000-0000-4000-8000-000000000001";
    const made = await it.api("POST", "/workspaces", OWNER, { name: "Plant", uuid });
    expect(made.body).toMatchObject({ slug: "plant", uuid });
    expect(made.body.created).toBeString();
    expect((await it.api("POST", "/workspaces", OWNER, { name: "Other", uuid })).status).toBe(409);
    const device = await it.api("POST", "/products/p/devices", OWNER, { id: "new" });
    expect(device.body.created).toBeString();
    expect((await it.api("GET", "/products/p/devices/d1")).body.created).toBeNull();
  });
});

describe("trying a decoder", () => {
  test("what is given is answered, and nothing is committed", async () => {
    const it = makeApi();
    const at = "/products/p/decoder/try";
    for (const wish of [
      { code: CODE, uplink: { hex: "00 d2", port: 3 } },
      { version: 1, request: { body: "{}", headers: { "Content-Type": "application/json" } } },
      { message: { topic: "a/b" }, function: "Decoder" },
      { uplink: { base64: "ANI=", raw: { rxInfo: [] } }, device: "d1" },
    ])
      expect((await it.api("POST", at, OWNER, wish)).body).toMatchObject({ recorded: null, tried: { rows: [] } });
    expect((await it.api("POST", at, OWNER, { recorded: 20 })).body).toEqual({ tried: null, recorded: [] });
    expect(it.fleetStore.commits).toBe(0);
  });

  const refused: [string, string, unknown, number, string][] = [
    ["nothing comes in", OWNER, { code: CODE }, 400, "invalid_request"],
    ["two things come in", OWNER, { recorded: 1, message: { topic: "t" } }, 400, "invalid_request"],
    ["code and a version", OWNER, { code: CODE, version: 1, recorded: 1 }, 400, "invalid_request"],
    ["half a byte", OWNER, { uplink: { hex: "0" } }, 400, "invalid_request"],
    ["bytes twice", OWNER, { uplink: { hex: "00", base64: "AA==" } }, 400, "invalid_request"],
    ["a port that there is not", OWNER, { uplink: { hex: "00", port: 256 } }, 400, "invalid_request"],
    ["more than is kept", OWNER, { recorded: 21 }, 400, "invalid_request"],
    ["a version that is not there", OWNER, { version: 2, recorded: 1 }, 404, "not_found"],
    ["a device that is not there", OWNER, { recorded: 1, device: "d9" }, 404, "unknown_device"],
    ["a viewer", VIEWER, { recorded: 1 }, 403, "not_permitted"],
    ["a stranger", STRANGER, { recorded: 1 }, 404, "unknown_product"],
  ];
  test.each(refused)("%s: refused in words", async (_, secret, wish, status, code) => {
    const answer = await makeApi().api("POST", "/products/p/decoder/try", secret, wish);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});
