import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Value } from "../../measure/types.ts";
import { errorOf, makeWorld, NOW, OWNER } from "../http.testing.ts";
import { Hono } from "hono";
import type { HttpEnv } from "../deps.ts";
import { Reads } from "../kit/reads.ts";
import { history } from "./history.ts";

const PATH = "/v1/devices/d1/historic_data/";
const at = (iso: string) => Date.parse(iso) * 1000;
/** Field uids of the product: TEMPERATURE, DOOR, NOTE, POSITION. */
const [T, D, N, P] = [1, 2, 3, 4];

type Row = { readonly time: string } & Record<string, number | boolean | string | null>;

async function rowsOf(answer: Response | Promise<Response>): Promise<Row[]> {
  return (await (await answer).json()) as Row[]; // the tests say what they expect
}

function world() {
  const made = makeWorld();
  const values: [field: number, time: string, value: Value][] = [
    [T, "2026-02-01T00:00:00Z", 1],
    [T, "2026-02-01T00:00:01.5Z", 2.25],
    [T, "2026-02-02T00:00:00Z", -3],
    [D, "2026-02-01T00:00:00Z", true],
    [N, "2026-02-01T12:00:00Z", 'a "quoted" <text>'],
    [P, "2026-02-01T00:00:00Z", { lat: 1.5, lng: -2 }],
  ];
  for (const [field, time, value] of values) made.data.put(1, field, at(time), value);
  made.data.put(1, T, at("2026-02-03T00:00:00Z") + 1, 4);
  made.data.put(1, T, at("2025-01-01T00:00:00Z"), 100);
  return made;
}

describe("rows", () => {
  test("several fields are merged where the time is equal, in time order", async () => {
    const rows = await rowsOf(world().ask("GET", PATH, OWNER));
    expect(rows).toEqual([
      { time: "2026-02-01T00:00:00Z", TEMPERATURE: 1, DOOR: true, NOTE: null, POSITION: "(1.5,-2)" },
      { time: "2026-02-01T00:00:01.500Z", TEMPERATURE: 2.25, DOOR: null, NOTE: null, POSITION: null },
      { time: "2026-02-01T12:00:00Z", TEMPERATURE: null, DOOR: null, NOTE: 'a "quoted" <text>', POSITION: null },
      { time: "2026-02-02T00:00:00Z", TEMPERATURE: -3, DOOR: null, NOTE: null, POSITION: null },
      { time: "2026-02-03T00:00:00.000001Z", TEMPERATURE: 4, DOOR: null, NOTE: null, POSITION: null },
    ]);
  });

  test("no bucket begins after now, however late the end is; raw rows are as they are", async () => {
    const it = world();
    const rows = async (more: string) => rowsOf(it.ask("GET", `${PATH}?timeframe_start=2026-02-01&${more}`, OWNER));
    const days = await rows("fields=TEMPERATURE&resolution=1d&timeframe_end=2099-01-01");
    expect(days.length).toBeGreaterThan(20);
    expect(days.every(({ time }) => at(time) <= NOW)).toBe(true);
    expect(days).toEqual(await rows("fields=TEMPERATURE&resolution=1d"));
    it.data.put(1, T, NOW + 60_000_000, 9);
    expect((await rows("fields=TEMPERATURE&resolution=raw&timeframe_end=2099-01-01")).at(-1)).toMatchObject({
      TEMPERATURE: 9,
    });
  });

  test("fields: those named, once, in any case", async () => {
    const rows = await rowsOf(world().ask("GET", `${PATH}?fields=door,%20DOOR,,temperature`, OWNER));
    expect(rows.map((row) => Object.keys(row).join())).toEqual(Array(4).fill("time,DOOR,TEMPERATURE"));
  });

  test.each([
    ["the start belongs to it, the end does not", "2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z", [1, 2.25]],
    ["without an offset it is UTC", "2026-02-01T00:00:01", "2026-02-02T00:00:01", [2.25, -3]],
    ["with milliseconds", "2026-02-01T00:00:01.500Z", "2026-02-01T00:00:01.501Z", [2.25]],
    ["with microseconds", "2026-02-03T00:00:00.000001Z", "2026-02-03T00:00:00.000002Z", [4]],
    ["with an offset", "2026-02-01T01:00:00%2B01:00", "2026-02-01T01:00:01%2B01:00", [1]],
    ["with an offset whose plus was not escaped", "2026-02-01T01:00:00+01:00", "2026-02-01T01:00:01+0100", [1]],
    ["days alone", "2026-02-01", "2026-02-02", [1, 2.25]],
    ["31 days before the end by default", "", "2026-03-04T00:00:02Z", [-3, 4]],
    ["until now by default", "2025-01-01T00:00:00Z", "", [100, 1, 2.25, -3, 4]],
    ["far away on both sides", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", [100, 1, 2.25, -3, 4]],
  ])("%s", async (_, start, end, values) => {
    const path = `${PATH}?fields=TEMPERATURE&resolution=raw&timeframe_start=${start}&timeframe_end=${end}`;
    const answer = await world().ask("GET", path, OWNER);
    expect(answer.headers.get("X-Truncated")).toBeNull();
    expect((await rowsOf(answer)).map((row) => row.TEMPERATURE)).toEqual(values);
  });

  test("the wrong way round", async () => {
    const ask = async (query: string) => errorOf(await world().ask("GET", `${PATH}?${query}`, OWNER));
    for (const query of [
      "timeframe_start=2026-03-01T00:00:00Z&timeframe_end=2026-02-01T00:00:00Z",
      "timeframe_start=2027-01-01T00:00:00Z", // the end is now
    ]) {
      const { code, message } = await ask(query);
      expect(code).toBe("invalid_request");
      expect(message).toContain("The range ends before it begins");
    }
  });

  test("a misspelt parameter is refused, and says which is meant", async () => {
    const { code, message } = await errorOf(await world().ask("GET", `${PATH}?timefrme_start=2026-01-01`, OWNER));
    expect(code).toBe("invalid_request");
    expect(message).toContain('did you mean "timeframe_start"?');
  });

  test("nothing recorded", async () => {
    expect(await rowsOf(world().ask("GET", "/v1/devices/d2/historic_data/", OWNER))).toEqual([]);
  });
});

test.each([
  ["resolution=5x", 400, "invalid_request"],
  ["resolution=0m", 400, "invalid_request"],
  ["resolution=RAW%00", 400, "invalid_request"],
  ["resolution=1M", 400, "invalid_request"],
  ["resolution=7h&zone=Europe/Berlin", 400, "invalid_request"],
  ["resolution=1h&zone=Europe/Atlantis", 400, "invalid_request"],
  ["resolution=1h&aggregation=MEDIAN", 400, "invalid_request"],
  ["resolution=1h&aggregation=AVG", 400, "invalid_request"],
  ["resolution=1h&fields=NOTE:MAX", 400, "invalid_request"],
  ["resolution=1h&fields=TEMPERATURE:SUM&locf=true", 400, "invalid_request"],
  ["resolution=1h&locf=maybe", 400, "invalid_request"],
  ["fields=TEMPERATURE:MAX", 400, "invalid_request"],
  ["aggregation=MAX", 400, "invalid_request"],
  ["zone=UTC", 400, "invalid_request"],
  ["fields=PRESSURE", 404, "unknown_field"],
  ["fields=__proto__", 404, "unknown_field"],
  ["timeframe_start=yesterday", 400, "invalid_request"],
  ["timeframe_start=2026-02-30T00:00:00Z", 400, "invalid_request"],
  ["timeframe_end=2026-02-01T24:00:01Z", 400, "invalid_request"],
  ["timeframe_end=2026-02-01T00:00:00%2B24:00", 400, "invalid_request"],
  ["timeframe_end=2026-02-01Z", 400, "invalid_request"],
  ["timeframe_end=1555570137", 400, "invalid_request"],
])("%s: %d", async (query, status, code) => {
  const made = world();
  const answer = await made.ask("GET", `${PATH}?${query}`, OWNER);
  expect([answer.status, (await errorOf(answer)).code]).toEqual([status, code]);
  expect(made.data.reads).toBe(0);
});

test("what is lost while it is read is not shown", async () => {
  const made = world();
  const { columns } = made.data;
  made.data.columns = async (...given) => {
    made.directory.apply([{ kind: "membership", op: "delete", uid: 1 }]);
    return columns.apply(made.data, given);
  };
  expect((await made.ask("GET", PATH, OWNER)).status).toBe(404);
});

describe('buckets (docs/history.md "Buckets")', () => {
  const buckets = (query: string) => rowsOf(world().ask("GET", `${PATH}?${query}`, OWNER));
  const day = "timeframe_start=2026-02-01T00:00:00Z&timeframe_end=2026-02-03T00:00:00Z&resolution=12h";

  test("averages, the last of texts and positions; empty buckets show the value before", async () => {
    expect(await buckets(day)).toEqual([
      { time: "2026-02-01T00:00:00Z", TEMPERATURE: 1.625, DOOR: true, NOTE: null, POSITION: "(1.5,-2)" },
      { time: "2026-02-01T12:00:00Z", TEMPERATURE: 1.625, DOOR: true, NOTE: 'a "quoted" <text>', POSITION: "(1.5,-2)" },
      { time: "2026-02-02T00:00:00Z", TEMPERATURE: -3, DOOR: true, NOTE: 'a "quoted" <text>', POSITION: "(1.5,-2)" },
      { time: "2026-02-02T12:00:00Z", TEMPERATURE: -3, DOOR: true, NOTE: 'a "quoted" <text>', POSITION: "(1.5,-2)" },
    ]);
  });
  test("locf=false: null", async () => {
    const rows = await buckets(`${day}&fields=TEMPERATURE&locf=False`);
    expect(rows.map((row) => row.TEMPERATURE)).toEqual([1.625, null, -3, null]);
  });
  test("another aggregation, for all or for one", async () => {
    expect(await buckets(`${day}&fields=TEMPERATURE,TEMPERATURE:min,DOOR&aggregation=SUM&locf=false`)).toMatchObject([
      { TEMPERATURE: 3.25, "TEMPERATURE:MIN": 1, DOOR: 1 },
      { TEMPERATURE: null, "TEMPERATURE:MIN": null, DOOR: null },
      { TEMPERATURE: -3, "TEMPERATURE:MIN": -3, DOOR: null },
      { TEMPERATURE: null, "TEMPERATURE:MIN": null, DOOR: null },
    ]);
  });
  test("days in a zone", async () => {
    const query =
      "timeframe_start=2026-01-31T23:00:00Z&timeframe_end=2026-02-02T00:00:00Z&resolution=1d&fields=TEMPERATURE";
    expect(await buckets(`${query}&zone=Europe/Berlin`)).toEqual([
      { time: "2026-01-31T23:00:00Z", TEMPERATURE: 1.625 },
      { time: "2026-02-01T23:00:00Z", TEMPERATURE: 1.625 },
    ]);
  });
  test("a field without a value in the range is left out, and nothing at all is []", async () => {
    const early = "timeframe_start=2026-02-02T00:00:00Z&timeframe_end=2026-02-03T00:00:00Z&resolution=1d";
    expect(await buckets(early)).toEqual([{ time: "2026-02-02T00:00:00Z", TEMPERATURE: -3 }]);
    expect(await buckets(`${early}&fields=DOOR,NOTE:COUNT`)).toEqual([]);
    expect(await buckets(`${early}&fields=DOOR:COUNT,TEMPERATURE:COUNT`)).toMatchObject([{ "TEMPERATURE:COUNT": 1 }]);
  });
  test("a value of 0 or false is a value", async () => {
    const made = makeWorld();
    made.data.put(1, T, at("2026-02-02T01:00:00Z"), 0);
    made.data.put(1, D, at("2026-02-02T01:00:00Z"), false);
    const query = "timeframe_start=2026-02-02T00:00:00Z&timeframe_end=2026-02-03T00:00:00Z&resolution=1d";
    expect(await rowsOf(made.ask("GET", `${PATH}?${query}`, OWNER))).toEqual([
      { time: "2026-02-02T00:00:00Z", TEMPERATURE: 0, DOOR: false },
    ]);
  });
  test("too many buckets are refused, with the limit, and counted", async () => {
    const made = makeWorld({ maxHistoryPoints: 1000 });
    const answer = await made.ask("GET", `${PATH}?${day.replace("12h", "1m")}`, OWNER);
    const { code, message } = await errorOf(answer);
    expect([answer.status, code, made.metrics.historyLimited, made.data.reads]).toEqual([
      400,
      "answer_too_large",
      1,
      0,
    ]);
    expect(message).toContain("(250 for what was asked for)"); // four fields
  });
});

describe("bounds", () => {
  /** The same handler with bounds that a test can reach. */
  function ask(made: ReturnType<typeof makeWorld>, query: string, bounds: { points: number; characters: number }) {
    const app = new Hono<HttpEnv>({ strict: false });
    app.get("/v1/devices/:id/historic_data", history(made, new Reads(made, null), bounds));
    const request = new Request(`http://localhost${PATH}?${query}`, { headers: { Authorization: `Token ${OWNER}` } });
    return app.fetch(request, { remoteAddress: "" });
  }

  test("long texts end an answer early", async () => {
    const made = makeWorld();
    for (let i = 0; i < 10; i++) made.data.put(1, N, NOW - 100 + i, "x".repeat(100));
    const answer = await ask(made, "", { points: 1000, characters: 300 });
    expect(answer.headers.get("X-Truncated")).toBe("true");
    expect((await rowsOf(answer)).length).toBe(2);
  });

  test("more than one read is one answer", async () => {
    const made = makeWorld();
    for (let i = 0; i < 300; i++) made.data.put(1, N, NOW - 1000 + i, "x");
    expect((await rowsOf(made.ask("GET", PATH, OWNER))).length).toBe(300);
    expect(made.data.reads).toBeGreaterThan(1);
  });

  test("following X-Next-Start gives every row exactly once", async () => {
    const series = fc.uniqueArray(fc.nat(60), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(series, series, fc.integer({ min: 1, max: 9 }), async (temperatures, notes, points) => {
        const made = makeWorld();
        for (const t of temperatures) made.data.put(1, T, NOW - 100 + t, t);
        for (const t of notes) made.data.put(1, N, NOW - 100 + t, String(t));
        const found: Row[] = [];
        let start: string | null = "";
        for (let i = 0; i < 100 && start !== null; i++) {
          const query: string = `fields=TEMPERATURE,NOTE&timeframe_start=${start}`;
          const answer: Response = await ask(made, query, { points, characters: 1e6 });
          start = answer.headers.get("X-Next-Start");
          expect(answer.headers.get("X-Truncated")).toBe(start === null ? null : "true");
          const rows = await rowsOf(answer);
          const given = rows.reduce((n, row) => n + Object.values(row).filter((v) => v !== null).length - 1, 0);
          expect(given).toBeLessThanOrEqual(Math.max(points, 2)); // one row is always given
          found.push(...rows);
        }
        const times = [...new Set([...temperatures, ...notes])].sort((a, b) => a - b);
        const expected = times.map((t) => [temperatures.includes(t) ? t : null, notes.includes(t) ? String(t) : null]);
        expect(found.map((row) => [row.TEMPERATURE, row.NOTE] as unknown)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
