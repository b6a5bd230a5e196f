import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Micros } from "../../base/types.ts";
import { BLIND, errorOf, makeWorld, OWNER, RECORDER, STRANGER, VIEWER } from "../http.testing.ts";

const at = (text: string): Micros => Date.parse(text) * 1000;
const PATH = "/v1/history";
/** Fields of the fleet in http.testing.ts, by uid; the last is the other product's. */
const [T, D, N, P, OTHER] = [1, 2, 3, 4, 5];
const DAY = { from: "2026-02-01T00:00:00Z", to: "2026-02-02T00:00:00Z" };

function world(limits = {}) {
  const made = makeWorld(limits);
  made.data.put(1, T, at("2026-02-01T00:00:00Z"), 1);
  made.data.put(1, T, at("2026-02-01T06:00:00Z"), 3);
  made.data.put(1, D, at("2026-02-01T06:00:00Z"), true);
  made.data.put(2, T, at("2026-02-01T12:00:00Z"), 20);
  made.data.put(2, N, at("2026-02-01T12:00:00Z"), 'with "quotes", a comma');
  made.data.put(2, P, at("2026-02-01T12:00:00Z"), { lat: 1.5, lng: 2 });
  made.data.put(3, OTHER, at("2026-02-01T18:00:00Z"), 300);
  made.data.put(6, 6, at("2026-02-01T18:00:00Z"), 1);
  return made;
}
type Row = Record<string, unknown>;
interface Page {
  readonly rows: readonly Row[];
  readonly next: string | null;
}
async function pageOf(answer: Response): Promise<Page> {
  expect([answer.status, answer.headers.get("Content-Type")]).toEqual([200, "application/json; charset=utf-8"]);
  return (await answer.json()) as Page; // the tests say what they expect
}
const post = (made: ReturnType<typeof world>, body: object, secret = OWNER, headers = {}) =>
  made.ask("POST", PATH, secret, JSON.stringify({ ...DAY, ...body }), headers);

describe("rows of several devices", () => {
  test("by id or serial, device by device, the same fields for all", async () => {
    const { rows, next } = await pageOf(
      await post(world(), { devices: ["d3", "S1"], fields: ["temperature", "DOOR"] }),
    );
    expect(rows).toEqual([
      { time: "2026-02-01T00:00:00Z", product: "p", device: "d1", TEMPERATURE: 1, DOOR: null },
      { time: "2026-02-01T06:00:00Z", product: "p", device: "d1", TEMPERATURE: 3, DOOR: true },
      { time: "2026-02-01T18:00:00Z", product: "q", device: "d3", TEMPERATURE: 300, DOOR: null },
    ]);
    expect(next).toBeNull();
  });
  test("a whole product, or devices of it", async () => {
    const whole = await pageOf(await post(world(), { products: ["p"], fields: ["TEMPERATURE"] }));
    expect(whole.rows.map((row) => row.device)).toEqual(["d1", "d1", "d2"]);
    // the serial SAME is also another product's
    const one = await pageOf(await post(world(), { products: ["p"], devices: ["SAME"], fields: ["POSITION"] }));
    expect(one.rows).toEqual([{ time: "2026-02-01T12:00:00Z", product: "p", device: "d2", POSITION: "(1.5,2)" }]);
  });
  test("all fields of all products when none is named", async () => {
    const { rows } = await pageOf(await post(world(), { devices: ["d3"] }));
    expect(rows).toEqual([{ time: "2026-02-01T18:00:00Z", product: "q", device: "d3", TEMPERATURE: 300 }]);
  });
  test("GET has the same names, lists with commas or repeated", async () => {
    const query = `from=${DAY.from}&to=${DAY.to}&devices=d1&devices=d3&fields=TEMPERATURE:MAX,TEMPERATURE:COUNT&resolution=1d`;
    const { rows } = await pageOf(await world().ask("GET", `${PATH}?${query}`, OWNER));
    expect(rows).toEqual([
      { time: DAY.from, product: "p", device: "d1", "TEMPERATURE:MAX": 3, "TEMPERATURE:COUNT": 2 },
      { time: DAY.from, product: "q", device: "d3", "TEMPERATURE:MAX": 300, "TEMPERATURE:COUNT": 1 },
    ]);
  });
});

describe("buckets", () => {
  const ask = async (body: object) =>
    (await pageOf(await post(world(), { devices: ["d1"], fields: ["TEMPERATURE"], ...body }))).rows.map((row) => [
      String(row.time).slice(11, 16),
      row.TEMPERATURE,
    ]);
  test.each<[object, unknown[][]]>([
    [
      { resolution: "6h" },
      [
        ["00:00", 1],
        ["06:00", 3],
      ],
    ],
    [
      { resolution: "6h", fill: "null" },
      [
        ["00:00", 1],
        ["06:00", 3],
        ["12:00", null],
        ["18:00", null],
      ],
    ],
    [
      { resolution: "6h", fill: "locf" },
      [
        ["00:00", 1],
        ["06:00", 3],
        ["12:00", 3],
        ["18:00", 3],
      ],
    ],
    [
      { resolution: "12h", fill: "locf", look_back: true, from: "2026-02-01T07:00:00Z" },
      [
        ["00:00", 3],
        ["12:00", 3],
      ],
    ],
    [
      { points: 3, fill: "null" },
      [
        ["00:00", 2],
        ["08:00", null],
        ["16:00", null],
      ],
    ],
    [{ resolution: "1d", aggregation: "change" }, [["00:00", 2]]],
    [{ resolution: "1d", zone: "Asia/Kolkata" }, [["18:30", 2]]],
    [
      { points: 2, downsample: "lttb" },
      [
        ["00:00", 1],
        ["06:00", 3],
      ],
    ],
  ])("%j", async (body, want) => {
    expect(await ask(body)).toEqual(want);
  });
});

test.each<[object, number, string]>([
  [{}, 400, "invalid_request"],
  [{ devices: ["nobody"] }, 404, "unknown_device"],
  [{ devices: ["hidden"] }, 404, "unknown_device"],
  [{ products: ["z"] }, 404, "unknown_product"],
  [{ products: ["nothing"] }, 404, "unknown_product"],
  [{ products: ["p"], devices: ["d3"] }, 404, "unknown_device"],
  [{ devices: ["SAME"] }, 409, "ambiguous_device"],
  [{ devices: ["d3"], fields: ["DOOR"] }, 404, "unknown_field"],
  [{ devices: ["d1"], fields: ["__proto__"] }, 404, "unknown_field"],
  [{ devices: ["d1"], fields: ["TEMPERATURE:__proto__"], resolution: "1h" }, 400, "invalid_request"],
  [{ devices: ["d1"], resolution: "1h", points: 5 }, 400, "invalid_request"],
  [{ devices: ["d1"], downsample: "lttb" }, 400, "invalid_request"],
  [{ devices: ["d1"], downsample: "lttb", points: 10 }, 400, "invalid_request"],
  [{ devices: ["d1"], fields: ["TEMPERATURE"], downsample: "mean", points: 10 }, 400, "invalid_request"],
  [{ devices: ["d1"], fields: ["TEMPERATURE"], downsample: "lttb", points: 1 }, 400, "invalid_request"],
  [{ devices: ["d1"], fields: ["TEMPERATURE:MAX"], downsample: "lttb", points: 9 }, 400, "invalid_request"],
  [{ devices: ["d1"], points: 10, zone: "UTC" }, 400, "invalid_request"],
  [{ devices: ["d1"], points: 0 }, 400, "invalid_request"],
  [{ devices: ["d1"], points: 1_000_000 }, 400, "answer_too_large"],
  [{ devices: ["d1"], resolution: "1s" }, 400, "answer_too_large"],
  [{ devices: ["d1"], fill: "null" }, 400, "invalid_request"],
  [{ devices: ["d1"], look_back: true, resolution: "1h" }, 400, "invalid_request"],
  [{ devices: ["d1"], fill: "linear", resolution: "1h" }, 400, "invalid_request"],
  [{ devices: ["d1"], fields: ["TEMPERATURE:SUM"], fill: "locf", resolution: "1h" }, 400, "invalid_request"],
  [{ devices: ["d1"], from: "yesterday" }, 400, "invalid_request"],
  [{ devices: ["d1"], cursor: "!!" }, 400, "invalid_request"],
  [{ devices: ["d1"], cursor: "WzEsMl0", resolution: "1d" }, 400, "invalid_request"],
  [{ devices: ["d1"], format: "csv", limit: 5 }, 400, "invalid_request"],
  [{ devices: ["d1"], format: "xml" }, 400, "invalid_request"],
  [{ devices: ["d1"], resolution: "6h", limit: 1 }, 400, "answer_too_large"],
  [{ devices: ["d1"], order: "time" }, 400, "invalid_request"],
  [{ devices: "d1" }, 400, "invalid_request"],
])("%j: %d", async (body, status, code) => {
  const answer = await post(world(), body);
  const error = await errorOf(answer);
  expect([answer.status, error.code]).toEqual([status, code]);
});

test("what an address does not know is a parameter, what a body does not know is a key", async () => {
  const address = await world().ask("GET", "/v1/history?devices=d1&resolutoin=1d", OWNER);
  expect((await errorOf(address)).message).toMatch(/^unknown parameter "resolutoin"; .*did you mean "resolution"\?$/);
  const body = await post(world(), { devices: ["d1"], resolutoin: "1d" });
  expect((await errorOf(body)).message).toContain('unknown key "resolutoin"');
});

test("however high the limit: one series has no more buckets than the store takes", async () => {
  const answer = await post(world({ maxHistoryPoints: 10_000_000 }), {
    devices: ["d3"],
    to: "2026-02-03T04:00:00Z",
    resolution: "1s",
  });
  const { code, message } = await errorOf(answer);
  expect([code, message.includes("(100000 for what was asked for)")]).toEqual(["answer_too_large", true]);
});

test("what a parameter or a body is wrong in is said", async () => {
  const made = world();
  const told = async (answer: Response | Promise<Response>) => (await errorOf(await answer)).message;
  expect(await told(made.ask("GET", `${PATH}?devices=d1&limit=many`, OWNER))).toStartWith("limit: ");
  expect(await told(made.ask("GET", `${PATH}?devices=d1&to=a&to=b`, OWNER))).toContain('"to" is given more than once');
  expect(await told(made.ask("GET", `${PATH}?device=d1`, OWNER))).toEndWith('; did you mean "devices"?');
  expect(await told(made.ask("POST", PATH, OWNER, "{"))).toContain("not JSON");
  expect((await made.ask("POST", PATH, OWNER, " ".repeat(300_000))).status).toBe(413);
  expect((await made.ask("POST", PATH, null, "{}")).status).toBe(401);
});

describe("rights", () => {
  test("a product shows the devices that the caller may read", async () => {
    for (const secret of [OWNER, VIEWER, RECORDER]) {
      const { rows } = await pageOf(await post(world(), { products: ["p"] }, secret));
      expect(rows.length).toBe(3);
    }
    // one who may record, but not read, sees that there is the product
    expect((await pageOf(await post(world(), { products: ["p"] }, BLIND))).rows).toEqual([]);
    expect((await pageOf(await post(world(), { products: ["p"], fields: ["DOOR"] }, BLIND))).rows).toEqual([]);
    expect((await post(world(), { devices: ["d1"] }, BLIND)).status).toBe(403);
    expect((await post(world(), { products: ["p"] }, STRANGER)).status).toBe(404);
    expect((await post(world(), { devices: ["d1"] }, STRANGER)).status).toBe(404);
  });
  test("what is lost while it is read is not shown", async () => {
    const made = world();
    const { columns } = made.data;
    made.data.columns = (...given) => {
      made.directory.apply([{ kind: "membership", op: "delete", uid: 1 }]);
      return columns.apply(made.data, given);
    };
    expect((await post(made, { devices: ["d1"] })).status).toBe(404);
  });
  test("a stream breaks off when they are lost", async () => {
    const made = world();
    for (let i = 0; i < 5000; i++) made.data.put(4, T, at(DAY.from) + i, i);
    const answer = await post(made, { products: ["p"], format: "ndjson" });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    expect((await reader.read()).done).toBe(false);
    made.directory.apply([{ kind: "membership", op: "delete", uid: 1 }]);
    const rest = async () => {
      while (!(await reader.read()).done);
    };
    await expect(rest()).rejects.toThrow("that you may see");
  });
});

describe("streams", () => {
  test.each([
    [{ format: "csv" }, {}],
    [{}, { Accept: "text/csv" }],
  ])("CSV by %j %j: RFC 4180", async (body, headers) => {
    const answer = await post(world(), { devices: ["d2"], ...body }, OWNER, headers);
    expect(answer.headers.get("Content-Type")).toStartWith("text/csv");
    expect(await answer.text()).toBe(
      "time,product,device,TEMPERATURE,DOOR,NOTE,POSITION\r\n" +
        '2026-02-01T12:00:00Z,p,d2,20,,"with ""quotes"", a comma","(1.5,2)"\r\n',
    );
  });
  test.each(["POST", "GET"])(
    "CSV by %s with escape_formulas: a ' before what a spreadsheet would run",
    async (method) => {
      const made = world();
      const texts = ["=1+1", "+cmd", "-x", "@SUM(A1)", "-1", "plain"];
      for (const [i, text] of texts.entries()) made.data.put(1, N, at(DAY.from) + i, text);
      made.data.put(1, P, at(DAY.from), { lat: -1, lng: 2 });
      const notes = async (escapes: boolean | undefined) => {
        const wish = {
          devices: ["d1"],
          fields: ["NOTE"],
          format: "csv",
          ...(escapes !== undefined && { escape_formulas: escapes }),
        };
        const query = new URLSearchParams({ ...DAY, devices: "d1", fields: "NOTE", format: "csv" });
        if (escapes !== undefined) query.set("escape_formulas", String(escapes));
        const answer = await (method === "POST" ? post(made, wish) : made.ask("GET", `${PATH}?${query}`, OWNER));
        const lines = (await answer.text()).split("\r\n");
        return lines.slice(1, -1).map((line) => line.split(",")[3]);
      };
      expect(await notes(undefined)).toEqual(texts);
      expect(await notes(false)).toEqual(texts);
      expect(await notes(true)).toEqual(["'=1+1", "'+cmd", "'-x", "'@SUM(A1)", "-1", "plain"]);
      const wrong = await made.ask("GET", `${PATH}?devices=d1&escape_formulas=yes`, OWNER);
      expect(await errorOf(wrong)).toMatchObject({ code: "invalid_request" });
    },
  );
  test.each(["POST", "GET"])(
    "CSV by %s with overflow: a last column tells what is too large from what is not there",
    async (method) => {
      const made = world();
      for (let i = 0; i < 2; i++) made.data.put(1, T, at(DAY.from) + i, 1.7e308);
      const fields = ["TEMPERATURE:SUM", "TEMPERATURE:AVG", "TEMPERATURE:MAX", "NOTE:COUNT"];
      const csv = async (overflow?: boolean) => {
        const given = overflow === undefined ? {} : { overflow };
        const wish = { devices: ["d1"], fields, format: "csv", resolution: "1d", fill: "null", ...given };
        const query = new URLSearchParams({ ...DAY, ...wish, devices: "d1", fields: fields.join(",") } as never);
        const answer = await (method === "POST" ? post(made, wish) : made.ask("GET", `${PATH}?${query}`, OWNER));
        return (await answer.text()).split("\r\n").slice(0, 2);
      };
      const plain = await csv();
      expect(await csv(false)).toEqual(plain);
      expect(plain[1]).toEndWith(",p,d1,,,1.7e+308,0");
      expect(await csv(true)).toEqual([`${plain[0]},overflow`, `${plain[1]},TEMPERATURE:SUM TEMPERATURE:AVG`]);
    },
  );
  test("NDJSON: the rows of JSON, one a line, all of them", async () => {
    const made = world({ maxHistoryPoints: 100 });
    for (let i = 0; i < 1500; i++) made.data.put(1, T, at(DAY.from) + i, i);
    const answer = await post(made, { products: ["p"] }, OWNER, { Accept: "application/x-ndjson" });
    const lines = (await answer.text()).trimEnd().split("\n");
    expect(lines.length).toBe(1502);
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ device: "d2", TEMPERATURE: 20, POSITION: "(1.5,2)" });
  });
  test("a store that fails at the start is an ordinary refusal", async () => {
    const made = world();
    made.data.failure = new Error("no");
    expect((await post(made, { products: ["p"], format: "ndjson" })).status).toBe(500);
  });
});

test("following the cursor gives every row exactly once", async () => {
  const times = fc.uniqueArray(fc.nat(60), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(times, times, times, fc.integer({ min: 1, max: 9 }), async (first, notes, second, limit) => {
      const made = makeWorld();
      for (const t of first) made.data.put(1, T, at(DAY.from) + t, t);
      for (const t of notes) made.data.put(1, N, at(DAY.from) + t, String(t));
      for (const t of second) made.data.put(2, T, at(DAY.from) + t, t);
      const whole = await pageOf(await post(made, { products: ["p"] }));
      const found: Row[] = [];
      let cursor: string | null | undefined;
      for (let i = 0; i < 200 && cursor !== null; i++) {
        const page: Page = await pageOf(await post(made, { products: ["p"], limit, ...(cursor && { cursor }) }));
        expect(page.rows.length).toBeLessThanOrEqual(limit);
        found.push(...page.rows);
        cursor = page.next;
      }
      expect(found).toEqual([...whole.rows]);
      expect(found.length).toBe(new Set([...first, ...notes]).size + second.length);
    }),
    { numRuns: 30 },
  );
});
