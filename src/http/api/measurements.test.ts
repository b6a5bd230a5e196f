import { describe, expect, test } from "bun:test";
import { BLIND, NOW, OWNER, RECORDER, STRANGER, VIEWER } from "../http.testing.ts";
import { makeApi } from "./api.testing.ts";
import { HANDLED } from "./index.ts";

const IMPORT = "/import";

/** The world's device d1 of p, with values of two fields. */
function measured() {
  const it = makeApi();
  const device = it.node(1);
  const [first, second] = [...device.product.fields.values()];
  if (!first || !second) throw new Error("the world has fields");
  const put = (field: typeof first, time: number, value: number | boolean) =>
    it.data.put(device.row.uid, field.row.uid, time, value);
  put(first, NOW - 2e6, 20);
  put(first, NOW - 1e6, 21);
  return { it, device, first: first.row.id, second: second.row.id, slug: device.product.row.slug };
}

describe("current values", () => {
  test("of a device: every field, also those without a value; or the fields that are named", async () => {
    const { it, device, first, second, slug } = measured();
    const path = `/products/${slug}/devices/${device.row.id}/values`;
    const { body } = await it.api("GET", path);
    expect(body.values).toHaveLength(device.product.fields.size);
    const of = (id: string) => body.values.find((one: { field: string }) => one.field === id);
    expect(of(first)).toMatchObject({ value: 21, time: "2026-03-01T11:59:59Z" });
    expect(of(second)).toMatchObject({ value: null, time: null });
    expect((await it.api("GET", `${path}?fields=${first.toLowerCase()}`)).body.values).toHaveLength(1);
    expect((await it.api("GET", `${path}?fields=NOPE`)).body.code).toBe("unknown_field");
    for (const [secret, code] of [
      [STRANGER, "unknown_product"],
      [BLIND, "not_permitted"],
    ] as const)
      expect([secret[0], (await it.api("GET", path, secret)).body.code]).toEqual([secret[0], code]);
  });

  test("of a product's devices, in pages, those that may be read", async () => {
    const { it, slug } = measured();
    const all: string[] = [];
    let cursor = "";
    for (let n = 0; n < 20; n++) {
      const { body } = await it.api("GET", `/products/${slug}/values?limit=1${cursor}`);
      all.push(...body.items.map((one: { device: string }) => one.device));
      if (body.next === null) break;
      cursor = `&cursor=${body.next}`;
    }
    expect(all).toEqual([...(it.directory.product(slug)?.ordered.after(0) ?? [])].map(({ row }) => row.id));
    expect((await it.api("GET", `/products/${slug}/values`, BLIND)).body.items).toEqual([]);
  });
});

test("refusals: of a device for who may read it, the own for everybody", async () => {
  const { it, device, slug } = measured();
  const refusal = {
    device: 1,
    principal: "a:1",
    time: NOW,
    code: "unknown_field",
    message: "no",
    topic: "t",
    payload: "p",
    base64: false,
    count: 1,
  };
  it.data.refusals.push(refusal);
  const path = `/products/${slug}/devices/${device.row.id}/refusals`;
  expect((await it.api("GET", path)).body.items).toMatchObject([
    { code: "unknown_field", time: "2026-03-01T12:00:00Z" },
  ]);
  expect((await it.api("GET", path, STRANGER)).status).toBe(404);
  expect((await it.api("GET", `${path}?limit=0`)).status).toBe(400);
  expect((await it.api("GET", "/refusals", VIEWER)).status).toBe(200);
});

describe("recording", () => {
  const post = (it: ReturnType<typeof makeApi>, path: string, secret: string, body: unknown) =>
    it.ask("POST", `/api/v1${path}`, secret, JSON.stringify(body), { "Content-Type": "application/json" });

  test("several at once, of the product's device; all of it or nothing, and the bad rows are named", async () => {
    const { it, device, first, slug } = measured();
    const path = `/products/${slug}/devices/${device.row.id}/measurements`;
    const good = await post(it, path, RECORDER, { [first]: 5 });
    expect([good.status, await good.json()]).toEqual([200, { ok: true, recorded: 1 }]);
    const bad = await post(it, path, OWNER, [
      { field: first, value: 6 },
      { field: "NOPE", value: 1 },
      { field: first, value: "x" },
    ]);
    const problem = (await bad.json()) as { code: string; rows: { row: number }[] };
    expect([bad.status, bad.headers.get("Content-Type"), problem.code]).toEqual([
      400,
      "application/problem+json",
      "invalid_batch",
    ]);
    expect(problem.rows.map(({ row }) => row)).toEqual([1, 2]);
    expect(
      (await it.api("GET", `/products/${slug}/devices/${device.row.id}/values?fields=${first}`)).body.values[0].value,
    ).toBe(5);
  });
  test.each([
    [VIEWER, 403],
    [STRANGER, 404],
    ["x", 401],
  ])("%s is refused with %d", async (secret, status) => {
    const { it, device, first, slug } = measured();
    const path = `/products/${slug}/devices/${device.row.id}/measurements`;
    expect((await post(it, path, secret, { [first]: 5 })).status).toBe(status);
    expect(it.recorder.submitted).toEqual([]);
  });
});

describe("deleting a range", () => {
  test("counts in a dry run, then deletes; current values stay", async () => {
    const { it, device, first, slug } = measured();
    const path = `/products/${slug}/devices/${device.row.id}/history?from=2026-03-01T11:00:00Z&to=2026-03-01T13:00:00Z&fields=${first}`;
    expect((await it.api("DELETE", `${path}&dry_run=true`)).body).toEqual({
      dry_run: true,
      series: 1,
      measurements: 2,
    });
    expect(it.data.erased).toEqual([]);
    expect((await it.api("DELETE", path)).body).toEqual({ dry_run: false, series: 1, measurements: null });
    expect(it.data.erased).toHaveLength(1);
  });
  test("takes both ends in order, and the right to manage the devices", async () => {
    const { it, device, slug } = measured();
    const path = `/products/${slug}/devices/${device.row.id}/history`;
    expect((await it.api("DELETE", `${path}?from=2026-01-01`)).status).toBe(400);
    expect((await it.api("DELETE", `${path}?from=2026-01-02&to=2026-01-01`)).status).toBe(400);
    expect((await it.api("DELETE", `${path}?from=2026-01-01&to=2026-01-02`, VIEWER)).status).toBe(403);
    expect(it.data.erased).toEqual([]);
  });
});

describe("importing", () => {
  const table = (...rows: string[]) => ["time,product,device,field,value", ...rows].join("\n");
  test("stores the good rows and names the bad ones by their lines", async () => {
    const { it, device, first, slug } = measured();
    const good = `2026-01-01T00:00:00Z,${slug},${device.row.id},${first},5`;
    const { status, body } = await it.api(
      "POST",
      IMPORT,
      OWNER,
      table(
        good,
        `x,${slug},${device.row.id},${first},5`,
        `2026-01-01T00:00:00Z,${slug},${device.row.id},NOPE,5`,
        good,
      ),
    );
    expect([status, body.stored, body.refused]).toEqual([200, 2, 2]);
    expect(body.rows.map(({ line, code }: { line: number; code: string }) => [line, code])).toEqual([
      [3, "invalid_timestamp"],
      [4, "unknown_field"],
    ]);
  });
  test("what may not be seen is not there, and what may not be recorded is refused", async () => {
    const { it, device, first, slug } = measured();
    const row = table(`2026-01-01T00:00:00Z,${slug},${device.row.id},${first},5`);
    const codes = async (secret: string) =>
      (await it.api("POST", IMPORT, secret, row)).body.rows.map((one: { code: string }) => one.code);
    expect(await codes(STRANGER)).toEqual(["unknown_product"]);
    expect(await codes(VIEWER)).toEqual(["not_permitted"]);
    expect(await codes(RECORDER)).toEqual([]);
  });
  test("a dry run stores nothing, names what would be refused, and asks for the same rights", async () => {
    const { it, device, first, slug } = measured();
    const rows = [`2026-01-01T00:00:00Z,${slug},${device.row.id},${first},5`, `x,${slug},${device.row.id},${first},5`];
    const dry = `${IMPORT}?dry_run=true`;
    const { body } = await it.api("POST", dry, OWNER, table(...rows));
    expect([body.stored, body.refused, body.rows[0].line]).toEqual([1, 1, 3]);
    const many = Array.from({ length: 300 }, () => rows[1] ?? "");
    expect((await it.api("POST", dry, OWNER, table(...many))).body.rows).toHaveLength(300);
    const viewer = await it.api("POST", dry, VIEWER, table(rows[0] ?? ""));
    expect([viewer.body.stored, viewer.body.rows[0].code]).toEqual([0, "not_permitted"]);
    const day = `/products/${slug}/devices/${device.row.id}/history?from=2026-01-01&to=2026-01-02&dry_run=true`;
    expect((await it.api("DELETE", day, OWNER)).body).toMatchObject({ measurements: 0 });
  });
  test("a table without a column is refused as a whole", async () => {
    const { it } = measured();
    const { status, body } = await it.api("POST", IMPORT, OWNER, "time,product\n2026-01-01T00:00:00Z,p");
    expect([status, body.errors[0].message]).toEqual([400, "The table has no column device, field, value."]);
  });
});

describe("operations that answer in their own way", () => {
  const gets = HANDLED.map(({ described }) => described).filter(({ path }) => !path.includes("{"));
  test.each(gets.map((one) => [one.id, one] as const))(
    "%s: the document tells its forms, and nobody is answered without a token",
    async (_, { method, path, contents = [], onlyThese }) => {
      const it = makeApi();
      const document = (await it.api("GET", "/openapi.json", null)).body;
      const told = Object.keys(document.paths[path][method].responses["200"].content);
      expect(told.sort()).toEqual([...contents, ...(onlyThese === true ? [] : ["application/json"])].sort());
      for (const secret of [null, "x"]) {
        const answer = await it.ask(
          method.toUpperCase(),
          `/api/v1${path}`,
          secret,
          method === "post" ? "{}" : undefined,
          { "Content-Type": "application/json" },
        );
        expect([answer.status, answer.headers.get("Content-Type")]).toEqual([401, "application/problem+json"]);
      }
    },
  );

  test("history in each form, the same as at the compatible address", async () => {
    const { it, device, first } = measured();
    const query = `?devices=${device.row.id}&fields=${first}&from=2026-03-01T11:00:00Z&resolution=raw`;
    for (const format of ["json", "ndjson", "csv"]) {
      const [own, compatible] = await Promise.all(
        ["/api/v1/history", "/v1/history"].map((path) => it.ask("GET", `${path}${query}&format=${format}`, OWNER)),
      );
      const text = await own?.text();
      expect([own?.status, text]).toEqual([200, await compatible?.text()]);
      expect(text).toContain("21");
    }
    const posted = await it.ask(
      "POST",
      "/api/v1/history",
      OWNER,
      JSON.stringify({ devices: [device.row.id], resolution: "raw" }),
      { "Content-Type": "application/json" },
    );
    expect(((await posted.json()) as { rows: unknown[] }).rows).toHaveLength(2);
    const wrong = await it.ask("GET", "/api/v1/history?resolution=x", OWNER);
    expect([wrong.status, wrong.headers.get("Content-Type")]).toEqual([400, "application/problem+json"]);
  });

  test("an export that is imported elsewhere is the same", async () => {
    const { it, device, first } = measured();
    const csv = await (await it.ask("GET", `/api/v1/export?devices=${device.row.id}`, OWNER)).text();
    const other = makeApi();
    const { body } = await other.api("POST", IMPORT, OWNER, csv);
    expect([body.stored, body.refused]).toEqual([2, 0]);
    const again = await (
      await other.ask("GET", `/api/v1/export?devices=${device.row.id}&fields=${first}`, OWNER)
    ).text();
    expect(again).toBe(csv);
  });
});
