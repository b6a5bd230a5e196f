import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fieldcast, FieldcastError } from "../sdk/client.js";
import { account } from "./run/account.ts";
import { TOKENS } from "./run/fleet.ts";
import { startServer, type TestServer } from "./run/server.ts";
import { until } from "./run/until.ts";

const examples = join(import.meta.dir, "..", "sdk", "examples");

let server: TestServer;
const backups = mkdtempSync(join(tmpdir(), "fieldcast-backups-"));
beforeAll(async () => {
  server = await startServer({ flags: ["--backup-dir", backups, "--backup-every", "1d"] });
});
afterAll(async () => {
  await server.remove();
  rmSync(backups, { recursive: true });
});

const url = () => `http://127.0.0.1:${server.ports.http}`;
const client = (token: string) => new Fieldcast({ url: url(), token });

const listening = (count: number) =>
  until(`${count} who listen`, async () => (await server.metric("fieldcast_streams")) === count);

/** What rejects, as what it is. */
async function refused(promise: Promise<unknown>): Promise<FieldcastError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof FieldcastError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

// npm starts the tests, so there is a Node
describe.each([
  ["Bun", process.execPath],
  ["Node", "node"],
])("the client's examples, run by %s", (name, program) => {
  const device = name === "Bun" ? "dev1" : "dev2";
  const start = (file: string, ...args: string[]) =>
    Bun.spawn([program, join(examples, file), url(), ...args], {
      env: { ...process.env, FIELDCAST_TOKEN: TOKENS.owner },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: 30_000,
      killSignal: "SIGKILL",
    });
  async function example(file: string, ...args: string[]): Promise<string[]> {
    const child = start(file, ...args);
    const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    if (code !== 0) throw new Error(`${file} ended with ${code}: ${err}`);
    return out.trimEnd().split("\n");
  }

  test("record, then query", async () => {
    expect(await example("record.mjs", device)).toEqual([
      "one is stored",
      "3 more are stored",
      "refused: invalid_value",
    ]);
    expect(await example("query.mjs", device)).toEqual([
      "2026-01-01T12:00:00Z 20",
      "2026-01-01T12:10:00Z 21",
      "2026-01-01T12:20:00Z 22",
      "mean of the hour: 21",
    ]);
  });

  test("live, and again behind the last event", async () => {
    const owner = client(TOKENS.owner);
    const record = (value: number) => owner.record(device, { field: "STEPS", value });
    /** Hears one event, then is asked to stop. */
    async function hear(...args: string[]): Promise<string> {
      const child = start("live.mjs", device, ...args);
      await listening(1);
      if (args.length === 0) await record(1);
      let out = "";
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
        const heard = out.includes("\n");
        out += text;
        if (!heard && /STEPS \d+\n/.test(out)) child.kill("SIGTERM");
      }
      if ((await child.exited) !== 0) throw new Error(await child.stderr.text());
      await listening(0);
      return out;
    }
    const first = await hear();
    expect(first).toMatch(/^\S+ STEPS 1\nstopped\n$/);
    await record(2);
    expect(await hear(first.split(" ")[0] ?? "")).toMatch(/^\S+ STEPS 2\nstopped\n$/);
  });

  test("manage", async () => {
    expect(await example("manage.mjs", "acme")).toEqual([
      "made the product rain-gauge",
      "made 3 devices",
      "rain-1: Roof",
      "rain-2: Garden",
      "rain-3: Field",
      "renamed to Roof, south",
      "refused: changed_meanwhile",
      "deleting takes 3 devices along",
      "deleted",
    ]);
  });
});

describe("the instance, asked by its operator", () => {
  const operator = () => client(TOKENS.operator);

  test("tells its version, its listeners and certificate, and where each setting comes from", async () => {
    const { data } = await operator().getInstance();
    expect(data).toMatchObject({ ready: true, prefix: "dtck", certificate: { own_ca: true } });
    const open = data.listeners.map(({ name, port }) => [name, port]);
    expect(open).toContainEqual(["mqtt", server.ports.mqtt]);
    expect(open).toContainEqual(["http", server.ports.http]);
    expect(data.certificate?.names).toContain("localhost");
    expect(Date.parse(data.certificate?.not_after ?? "")).toBeGreaterThan(Date.now());
    expect((await operator().listNodes()).data).toEqual({ items: [], replicated: null });
    const { items } = (await operator().listSettings()).data;
    const of = (name: string) => items.find((one) => one.name === name);
    expect(of("--backup-dir")).toMatchObject({ value: backups, source: "flag" });
    expect(of("--max-packet")).toMatchObject({ value: of("--max-packet")?.default, source: "default" });
    expect((await refused(client(TOKENS.owner).listSettings())).code).toBe("not_permitted");
  });

  test("tells its figures and what is stored", async () => {
    await client(TOKENS.owner).record("dev5", { field: "STEPS", value: 1 });
    const { figures } = (await operator().getFigures()).data;
    expect(figures.fieldcast_measurements_recorded_total).toBeGreaterThan(0);
    expect(figures.fieldcast_commit_duration_seconds_count).toBeGreaterThan(0);
    const before = (await operator().getNodeState()).data;
    await client(TOKENS.owner).record("dev5", { field: "STEPS", value: 2 });
    const after = (await operator().getNodeState({ at: before.position + 1 })).data;
    expect(after.position).toBeGreaterThan(before.position);
    expect(after.parts.series?.count).toBe(before.parts.series?.count);
    expect(after.parts.series?.sum).not.toBe(before.parts.series?.sum);
    expect(after.parts.retained).toEqual({ count: 0, sum: 0 });
    const { data } = await operator().getStorage({ top: 3 });
    expect(data.all.measurements).toBeGreaterThan(0);
    expect(data.products[0]?.name).toBe("my-product");
    expect(data.disk_free_bytes).toBeGreaterThan(0);
  });

  test("makes a backup, lists it, and hands it over as a tar that holds both stores", async () => {
    const { data, status } = await operator().createBackup();
    expect(status).toBe(201);
    expect((await operator().listBackups()).data.items).toContainEqual(data);
    const file = await new Response((await operator().downloadBackup({ backup: data.name })).data).bytes();
    expect(file.length).toBe(data.bytes);
    const tar = Bun.spawnSync(["tar", "--list"], { stdin: file });
    for (const name of ["fleet.db", "data.db"]) expect(tar.stdout.toString()).toContain(name);
    expect((await refused(operator().downloadBackup({ backup: "fieldcast-20000101T000000Z.tar" }))).status).toBe(404);
  });
});

describe("the client", () => {
  test("exports a table, and imports it again", async () => {
    const owner = client(TOKENS.owner);
    await owner.recordBatch(
      "dev6",
      [1, 2].map((value) => ({ field: "STEPS", value, timestamp: 1_767_225_600 + value })),
    );
    const wish = { products: "my-product", devices: "dev6" };
    const csv = await new Response((await owner.exportMeasurements(wish)).data).text();
    expect(csv).toContain("STEPS");
    expect((await owner.importMeasurements({ body: csv })).data).toEqual({ stored: 2, refused: 0, rows: [] });
    expect(await new Response((await owner.exportMeasurements(wish)).data).text()).toBe(csv);
    const values = (await owner.getDeviceValues({ product: "my-product", device: "dev6", fields: "STEPS" })).data
      .values;
    expect(values).toMatchObject([{ field: "STEPS", value: 2 }]);
  });

  test("reads a list to its end, page after page", async () => {
    const ids: string[] = [];
    for await (const device of client(TOKENS.owner).all("listDevices", { product: "my-product", limit: 300 }))
      ids.push(device.id);
    expect(ids.length).toBe(1001);
    expect(new Set(ids).size).toBe(1001);
  });

  test("reads a history to its end, page after page", async () => {
    const owner = client(TOKENS.owner);
    const rows = Array.from({ length: 10 }, (_, i) => ({ field: "STEPS", value: i, timestamp: 1_767_225_600 + i }));
    expect(await owner.recordBatch("dev3", rows)).toBe(10);
    const request = { devices: ["dev3"], fields: ["STEPS"], from: "2026-01-01", to: "2026-01-02", limit: 3 };
    expect((await owner.history(request)).rows.length).toBe(3);
    const values: unknown[] = [];
    for await (const row of owner.historyRows(request)) values.push(row.STEPS);
    expect(values).toEqual(rows.map(({ value }) => value));
  });

  test("says truth, numbers and names with odd characters as the server reads them", async () => {
    const owner = client(TOKENS.owner);
    const { data } = await owner.listDevices({ product: "my-product", online: true, search: "DEV9", limit: 1 });
    expect(data).toEqual({ items: [], next: null });
    const api = await owner.createApiUser({ workspace: "acme", body: { name: "a & b/ü" } });
    expect((await owner.listApiUsers({ workspace: "acme", search: "& b/ü" })).data.items).toEqual([
      expect.objectContaining({ api_user: api.data.api_user, name: "a & b/ü" }),
    ]);
    const one = { workspace: "acme", api_user: api.data.api_user };
    expect((await owner.deleteApiUser({ ...one, dry_run: true })).data.dry_run).toBe(true);
    expect((await owner.deleteApiUser(one)).status).toBe(200);
    expect((await refused(owner.getApiUser(one))).status).toBe(404);
  });

  test("does a repeated request with one key once", async () => {
    const owner = client(TOKENS.owner);
    const request = { product: "my-product", idempotency_key: "once", body: { name: "One" } };
    const first = await owner.createDevice(request);
    const second = await owner.createDevice(request);
    expect(second.data).toEqual(first.data);
    expect(second.headers.get("Idempotency-Replayed")).toBe("true");
  });

  test("tells a refusal with its code, and what was wrong", async () => {
    const nobody = await refused(client(TOKENS.unknown).listProducts());
    expect([nobody.status, nobody.code]).toEqual([401, "unknown_token"]);
    const hidden = await refused(client(TOKENS.globex).getProduct({ product: "my-product" }));
    expect([hidden.status, hidden.code]).toEqual([404, "unknown_product"]);
    const bad = await refused(
      client(TOKENS.owner).createField({ product: "my-product", body: { id: "X", type: "INT", decimals: 99 } }),
    );
    expect([bad.status, bad.code, bad.message]).toEqual([400, "invalid_request", expect.stringContaining("decimals")]);
    expect(bad.problem.errors).toEqual([{ path: "decimals", pointer: "/decimals", message: expect.any(String) }]);
    const value = await refused(client(TOKENS.owner).record("dev1", { field: "DOOR", value: "open" }));
    expect([value.status, value.code]).toEqual([400, "invalid_value"]);
  });

  test("asks no other address when a part of one is missing", async () => {
    const owner = client(TOKENS.owner);
    for (const product of ["", "..", "."])
      expect(await owner.getProduct({ product }).catch((error: unknown) => error)).toBeInstanceOf(TypeError);
  });
});

describe("the client's live measurements", () => {
  test("go on behind the last event when the server was started anew, until the token is revoked", async () => {
    const own = await account(server, "dashboard", "{ products: [my-product], can: [view] }");
    const values: unknown[] = [];
    const owner = client(TOKENS.owner);
    const record = (value: number) => owner.record("dev5", { field: "STEPS", value });
    const hearing = (async () => {
      for await (const event of client(own.token).live({ devices: ["dev5"], fields: ["steps"] }))
        if (event.type === "measurement") values.push(event.value);
    })();
    const ended = refused(hearing);
    await listening(1);
    await record(1);
    await until("the first", () => values.length === 1);
    await server.restart();
    await record(2);
    await until("the second", () => values.length === 2, 40_000);
    await own.revoke();
    expect((await ended).code).toBe("unknown_token");
    expect(values).toEqual([1, 2]);
  });

  test("end when their signal aborts, and when the loop is left", async () => {
    const stop = new AbortController();
    const hearing = Array.fromAsync(client(TOKENS.owner).live({ devices: ["dev6"] }, { signal: stop.signal }));
    await listening(1);
    stop.abort();
    expect(await hearing).toEqual([]);
    await listening(0);
    const first = client(TOKENS.owner).live({ devices: ["dev6"] });
    const next = first.next();
    await listening(1);
    await client(TOKENS.owner).record("dev6", { field: "DOOR", value: true });
    expect((await next).value).toMatchObject({ type: "measurement", device: "dev6", field: "DOOR", value: true });
    await first.return();
    await listening(0);
  });

  test("are read however they are cut, with comments, gaps, and ids of silent streams", async () => {
    const text =
      'retry: 2000\nid: 7\n\n: hello\n\nevent: measurement\r\nid: 8\r\ndata: {"value":\r\ndata: "ä"}\r\n\r\n' +
      'event: news\ndata: {}\n\nevent: gap\ndata: {"from":null,"to":"t"}\n\nid: 9\n: silent\n\nevent: measurement\ndata: {"val';
    const asked: (string | null)[] = [];
    const answer = (_: unknown, init?: { headers?: Record<string, string> }) => {
      asked.push(init?.headers?.["Last-Event-ID"] ?? null);
      const pieces = asked.length === 1 ? [...Buffer.from(text)].map((byte) => Uint8Array.of(byte)) : [];
      if (asked.length === 2) return Promise.resolve(Response.json({ code: "expired_token" }, { status: 401 }));
      const body = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          const piece = pieces.shift();
          if (piece) controller.enqueue(piece);
          else controller.close();
        },
      });
      return Promise.resolve(new Response(body));
    };
    const events: unknown[] = [];
    const fake = new Fieldcast({ url: "http://nobody.invalid/", token: "t", fetch: answer as typeof fetch }); // what it asks by
    const error = await refused(
      (async () => {
        for await (const event of fake.live()) events.push(event);
      })(),
    );
    expect(events).toEqual([
      { type: "measurement", id: "8", value: "ä" },
      { type: "gap", id: "8", from: null, to: "t" },
    ]);
    expect(asked).toEqual([null, "9"]);
    expect(error.code).toBe("expired_token");
  });
});

test("what an account may do on a topic: as its client is told, by which right, and what would work", async () => {
  const owner = client(TOKENS.owner);
  const ask = (action: "publish" | "subscribe", topic: string) =>
    owner.checkOwnAccess({ action, topic }).then(({ data: { allowed, refusal, notes, instead, because } }) => ({
      allowed,
      code: refusal?.code,
      notes: notes.length,
      instead,
      because: because.length > 0,
    }));
  const yes = { allowed: true, code: undefined, notes: 0, instead: null, because: true };
  expect(await ask("publish", "dtck-pub/my-product/dev1/TEMPERATURE")).toEqual(yes);
  expect(await ask("subscribe", "dtck/my-product/+/TEMPERATURE")).toEqual(yes);
  expect(await ask("publish", "dtck-pub/my-product/dev1/TEMPERATUR")).toEqual({
    ...yes,
    allowed: false,
    code: "unknown_field",
    instead: "dtck-pub/my-product/dev1/TEMPERATURE",
  });
  expect(await ask("publish", "dtck/my-product/dev1/TEMPERATURE")).toMatchObject({
    allowed: false,
    code: "topic_not_allowed",
    instead: "dtck-pub/my-product/dev1/TEMPERATURE",
  });
  expect(await ask("subscribe", "dtck/my-product/dev1/TEMPERATUR")).toMatchObject({
    allowed: true,
    notes: 1,
    instead: "dtck/my-product/dev1/TEMPERATURE",
  });
  expect(await refused(client("0".repeat(40)).checkOwnAccess({ action: "publish", topic: "x" }))).toMatchObject({
    code: "unknown_token",
  });
});
