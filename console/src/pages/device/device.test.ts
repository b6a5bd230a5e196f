import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Pass } from "../../../../sdk/operations.js";
import type { Device } from "../../api/fleet.ts";
import { lineOfEvent, lineOfPass, timeLine } from "./debug-lines.ts";
import { changesOf, formOf } from "./form.ts";
import { deviceSearch, moved, rangeOf } from "./search.ts";
import { lineOf, type Point, sparkPath, together } from "../../parts/chart/series.ts";
import { topicsOf } from "./topics.ts";
import { typedValue } from "../../parts/typed-value.ts";

const HOUR = 3_600_000;

describe("the address of a device", () => {
  test.each([
    [{}, {}],
    [
      { tab: "history", fields: ["A", "B"], span: "7d" },
      { tab: "history", fields: ["A", "B"], span: "7d" },
    ],
    [{ tab: "overview", span: "toString", fields: "A", as: "x" }, {}],
    [{ from: "2026-03-02T00:00:00Z", to: "2026-03-01T00:00:00Z" }, {}],
    [{ from: "soon", to: "later" }, {}],
  ])("%j", (raw, expected: object) => expect(deviceSearch(raw) as object).toEqual(expected));

  test("a span ends now, and a range of its own does not move", () => {
    const now = Date.parse("2026-03-01T12:00:00Z");
    expect(rangeOf({}, now)).toEqual({ from: now - 24 * HOUR, to: now, live: true });
    const own = { from: "2026-02-01T00:00:00Z", to: "2026-02-02T00:00:00Z" };
    expect(rangeOf({ ...own, span: "1h" }, now)).toMatchObject({ to: Date.parse(own.to), live: false });
    expect(moved(rangeOf(own, now), -1, now)).toEqual({
      from: "2026-01-31T12:00:00.000Z",
      to: "2026-02-01T12:00:00.000Z",
    });
    // beyond now there is nothing
    expect(moved({ from: now - 2 * HOUR, to: now - HOUR / 4, live: false }, 1, now).to).toBe(
      "2026-03-01T12:00:00.000Z",
    );
  });
});

describe("lines", () => {
  const point = (time: number, value: number): Point => ({ time, value, least: value - 1, most: value + 1 });
  test("are broken where the device was silent, and nowhere else", () => {
    const line = lineOf([point(0, 1), point(1000, 2), point(2000, 3), point(9000, 4), point(10_000, 5)], 0);
    expect(line.values).toEqual([1, 2, 3, null, 4, 5]);
    expect(line.times[3]).toBe(5.5);
    // a device that speaks every hour is not silent between two buckets of a minute
    expect(lineOf([point(0, 1), point(HOUR, 2), point(2 * HOUR, 3)], 60_000).values).toEqual([1, 2, 3]);
  });
  test("every point is drawn, in the order of time, whatever comes", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(1e9), { maxLength: 60 }), fc.nat(1e6), (times, step) => {
        const points = times.sort((a, b) => a - b).map((time, n) => point(time, n));
        const line = lineOf(points, step);
        expect(line.values.filter((one) => one !== null)).toEqual(points.map(({ value }) => value));
        expect(line.times).toEqual([...line.times].sort((a, b) => a - b));
        expect([line.least.length, line.most.length]).toEqual([line.times.length, line.times.length]);
      }),
    );
  });
  test("share one axis: a line goes on where only another has a point", () => {
    const [times, columns] = together(
      [lineOf([point(0, 1), point(2000, 2)], 0), lineOf([point(1000, 7)], 0)],
      "values",
    );
    expect(times).toEqual([0, 1, 2]);
    expect(columns).toEqual([
      [1, undefined, 2],
      [undefined, 7, undefined],
    ]);
  });
  test("a small line fits its box; a flat one lies in the middle", () => {
    expect(sparkPath([point(0, 1), point(50, 3), point(100, 2)], 0, 100, 120, 22)).toBe(
      "M0.0 21.0L60.0 1.0L120.0 11.0",
    );
    expect(sparkPath([point(0, 5), point(100, 5)], 0, 100, 120, 22)).toBe("M0.0 11.0L120.0 11.0");
    expect(sparkPath([point(0, 5)], 0, 100, 120, 22)).toBe("");
  });
});

test("topics are those of the wire contract, with the prefix of the server", () => {
  expect(topicsOf("dtck", "my-product", "000001", "TEMPERATURE")).toEqual({
    publish: "dtck-pub/my-product/000001/TEMPERATURE",
    publishAll: "dtck-pub/my-product/000001",
    subscribe: "dtck/my-product/000001/+",
    errors: "dtck-errors/my-product/000001/#",
  });
});

test.each([
  [" 22,5 ", "NUMERIC", 22.5],
  ["-3", "INT", -3],
  ["x", "NUMERIC", "x"],
  ["", "NUMERIC", ""],
  ["true", "BOOL", true],
  ["0", "BOOL", false],
  ["maybe", "BOOL", "maybe"],
  [" kept as it is ", "STRING", " kept as it is "],
  ["(52.52, 13.405)", "GEO", { lat: 52.52, lng: 13.405 }],
  ["here", "GEO", "here"],
] as const)("%j typed for %s is %j", (text, type, value) => expect(typedValue(text, type)).toEqual(value));

describe("the form of a device", () => {
  const device = {
    name: "Boiler",
    serial: null,
    tags: ["a"],
    location: null,
    online_timeout: null,
    metadata: { floor: 2 },
  } as unknown as Device; // what the form reads
  test("says what the device is, and gives the same back when nothing was typed", () => {
    const { body } = changesOf(formOf(device));
    expect(body as object).toEqual({ ...device });
  });
  test("empty texts take away, spaces do not count", () => {
    const form = { ...formOf(device), name: " Pump ", serial: " ", tags: ["b", " "], timeout: 60, metadata: " " };
    expect(changesOf(form).body as object).toEqual({
      name: "Pump",
      serial: null,
      tags: ["b"],
      location: null,
      online_timeout: 60,
      metadata: {},
    });
  });
  test.each(["[1]", "{", "3", "null"])("metadata %s are no object", (metadata) => {
    expect(changesOf({ ...formOf(device), metadata })).toEqual({ body: null, error: "metadata" });
  });
});

describe("the time line", () => {
  const event = {
    time: "2026-03-01T00:00:05Z",
    kind: "refused",
    account: { key: "a:1", name: "meter@acme" },
    workspace: "acme",
    device: "p/d",
    client_id: "c1",
    address: "192.0.2.7",
    transport: null,
    tls: null,
    code: "unknown_field",
    message: "There is no field TEMP; did you mean TEMPERATURE?",
    topic: "dtck-pub/p/d/TEMP",
    payload: "1",
    base64: false,
    bytes: 1,
    commit_us: null,
    delivered: null,
    count: 1,
  } as const;
  const pass = {
    id: 7,
    time: "2026-03-01T00:00:09Z",
    way: "lorawan",
    network: "the-things-stack",
    event: { kind: "uplink" },
    outcome: "nothing_stored",
    messages: ["The decoder failed.", "Look at its line."],
    body: "AQI=",
    base64: true,
    cut: true,
    decoder: {
      called: "decodeUplink",
      version: 3,
      ms: 1.25,
      log: ["a", "b"],
      error: { message: "x is not defined", line: 4 },
    },
    rows: [{ device: "d", field: "T", value: 1, fate: "refused", message: "no" }],
    rows_total: 1,
    ms: null,
    account: null,
    remote_address: "192.0.2.8",
    topic: null,
    path: "/integrations/lorawan/auto",
  } as unknown as Pass; // what is read of it
  test("a refusal is told in its words, with who sent what", () => {
    const line = lineOfEvent(event);
    expect([line.status, line.result, line.text]).toEqual(["bad", "refused", event.message]);
    expect(line.steps).toEqual([
      { name: "from", text: "meter@acme · c1 · 192.0.2.7", raw: false },
      { name: "topic", text: "dtck-pub/p/d/TEMP", raw: false },
      { name: "body", text: "1", raw: true },
    ]);
  });
  test("a pass is told step by step, from its bytes to its rows", () => {
    const line = lineOfPass(pass);
    expect([line.status, line.text]).toEqual(["bad", "LORAWAN the-things-stack uplink: The decoder failed."]);
    expect(line.steps.map(({ name, text }) => [name, text])).toEqual([
      ["from", "192.0.2.8 · /integrations/lorawan/auto"],
      ["body", "base64 AQI= …"],
      ["decoder", "decodeUplink v3, 1.3 ms"],
      ["error", "x is not defined (4)"],
      ["log", "a\nb"],
      ["rows", "T = 1  refused: no"],
      ["message", "Look at its line."],
    ]);
  });
  test("newest first, each once, and no more than asked for", () => {
    const lines = [lineOfEvent(event), lineOfPass(pass), lineOfEvent(event)];
    expect(timeLine(lines, 9).map(({ time }) => time)).toEqual([pass.time, event.time]);
    expect(timeLine(lines, 1).map(({ time }) => time)).toEqual([pass.time]);
  });
});
