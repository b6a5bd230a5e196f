import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { matches } from "../../topic/names.ts";
import { namedFilter } from "./filter.ts";
import { Memory, routeReader } from "./index.ts";
import { bytesOf, NOW } from "./messages/message.testing.ts";
import { jsonPath } from "./path.ts";
import { mapSchema } from "./schema.ts";
import { keysWithin, sureTime, timestampOf } from "./time.ts";

describe("filters with named parts", () => {
  test.each([
    ["plant/{serial}/+", "plant/7/t", { serial: "7" }],
    ["plant/{serial}/+", "plant/7", null],
    ["plant/{serial}/{rest#}", "plant/7/a/b", { serial: "7", rest: "a/b" }],
    ["plant/{serial}/{rest#}", "plant/7", { serial: "7", rest: "" }],
    ["{rest#}", "a/b", { rest: "a/b" }],
    ["{rest#}", "$SYS/x", null],
    ["a//{x}", "a//", { x: "" }],
    ["a/b", "a/b", {}],
  ] as const)("%s of %s", (text, topic, parts) => {
    const made = namedFilter(text);
    expect(typeof made === "string" ? made : made.match(topic)).toEqual(parts);
  });

  test.each([
    ["plant/{serial}x", /has braces/],
    ["plant/{Serial}", /has braces/],
    ["{rest#}/x", /it is not a topic filter/],
    ["{a}/{a}", /twice/],
    ["{topic}", /templates know/],
    ["", /it is not a topic filter/],
    ["a/#/b", /it is not a topic filter/],
    ["$share/g/a", /it is not a topic filter/],
  ])("%s is none", (text, why) => {
    expect(namedFilter(text)).toMatch(why);
  });

  test("match what their filter matches, and the parts put together are the topic", () => {
    const level = fc.constantFrom("a", "b", "", "{x}", "{y}", "+");
    const filters = fc.array(level, { minLength: 1, maxLength: 4 }).map((all) => [...new Set(all)].join("/"));
    const topics = fc
      .array(fc.constantFrom("a", "b", "", "ä"), { minLength: 1, maxLength: 4 })
      .map((all) => all.join("/"));
    fc.assert(
      fc.property(filters, topics, (text, topic) => {
        const made = namedFilter(text);
        if (typeof made === "string") return;
        const parts = made.match(topic);
        expect(parts !== null).toBe(matches(made.filter, topic));
        if (parts === null) return;
        const back = text.replace(/\{(\w+)\}/g, (_, name: string) => parts[name] ?? "?").split("/");
        expect(back.map((one, i) => (one === "+" ? topic.split("/")[i] : one)).join("/")).toBe(topic);
      }),
    );
  });
});

describe("paths", () => {
  const FROM = { a: { "b c": [10, { d: "x" }, null] }, list: [{ t: 1 }, { t: 2 }], ä: true, 'q"': 1 };
  test.each([
    ["$", [FROM]],
    ["$.a", [FROM.a]],
    ['$.a["b c"][0]', [10]],
    ["$.a['b c'][-1]", [null]],
    ["$.a['b c'][1].d", ["x"]],
    ["$.list[*].t", [1, 2]],
    ["$.list.*.t", [1, 2]],
    ["$.ä", [true]],
    ['$["q\\""]', [1]],
    ["$.missing.more", []],
    ["$.list[7]", []],
    ["$.list.t", []],
    ["$.constructor", []],
  ])("%s", (text, values) => {
    const path = jsonPath(text);
    expect(typeof path === "string" ? path : path(FROM).map(({ value }) => value)).toEqual(values);
  });
  test.each(["", "a", "$a", "$.", "$..a", "$[", "$[?(@.x)]", "$[1:2]", "$.a[b]", `$${".a".repeat(33)}`])(
    "%p is none",
    (text) => {
      expect(jsonPath(text)).toBeString();
    },
  );
  test("no text makes it throw, and what it finds is bounded", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.jsonValue(), (text, value) => {
        const path = jsonPath(`$${text}`);
        if (typeof path !== "string") expect(path(value).length).toBeLessThanOrEqual(1000);
      }),
    );
    const wide = jsonPath("$[*][*]");
    const many = Array.from({ length: 500 }, () => Array.from({ length: 500 }, (_, i) => i));
    expect(typeof wide === "string" ? 0 : wide(many)).toHaveLength(1000);
  });
});

describe("times", () => {
  test.each([
    ["auto", 1772619070, 1772619070],
    ["auto", "1772619070123", 1772619070.123],
    ["auto", "2026-03-04T10:11:10+01:00", 1772615470],
    ["seconds", 1772619070.5, 1772619070.5],
    ["milliseconds", "1772619070123", 1772619070.123],
    ["microseconds", 1772619070123456, 1772619070.123456],
    ["nanoseconds", "1772619070123456789", 1772619070.1234567],
    ["rfc3339", "2026-03-04T10:11:10Z", 1772619070],
    ["rfc3339", 1772619070, 1772619070],
    ["seconds", "soon", "soon"],
    ["auto", "soon", "soon"],
    ["auto", null, undefined],
    ["seconds", "", undefined],
  ] as const)("%s of %p is %p", (format, given, seconds) => {
    expect(timestampOf(given, format)).toEqual(seconds);
  });
  test.each([
    ["2026-03-04T10:11:10Z", 1772619070],
    ["2026-03-04T10:11:10", undefined],
    ["2026-03-04 10:11:10 +0100", 1772615470],
    ["1772619070", 1772619070],
    [0, undefined],
    [315532800, undefined],
    ["x", undefined],
    [null, undefined],
  ])("of %p only %p is sure", (given, seconds) => {
    expect(sureTime(given)).toBe(seconds);
  });
  test("two times within the span share a key, two that lie a day apart none", () => {
    fc.assert(
      fc.property(fc.nat(1e13), fc.nat(2000), (now, later) => {
        const [a, b, c] = [now, now + later, now + 86_400_000].map((at) => keysWithin("x", at, 2000));
        expect([a?.some((key) => b?.includes(key)), a?.some((key) => c?.includes(key))]).toEqual([true, false]);
      }),
    );
  });
});

/** Reads one message with a map of one's own. */
function own(filter: string, map: Record<string, unknown>, topic: string, payload: unknown) {
  const made = routeReader(filter, mapSchema.parse({ kind: "fields", ...map }));
  if (!("subscription" in made)) return made;
  return made.read?.({ topic, payload: bytesOf(payload), now: NOW }, new Memory());
}

describe("a map of one's own", () => {
  test("a value for each topic: device and field by templates", () => {
    expect(
      own("plant/{serial}/{field}", { fields: [{ field: "{{ field }}", unit: "°C" }] }, "plant/S-7/temp in", "21.5"),
    ).toEqual({
      ok: true,
      devices: [
        { names: ["S-7"], label: null, left: 0, keys: [], rows: [{ field: "TEMP_IN", value: 21.5, unit: "°C" }] },
      ],
      events: [],
      messages: [],
    });
    const device = "{{ site }}-{{ json.id }}";
    const read = own(
      "{site}/up",
      { device, fields: [{ field: "T", value: "{{ json.raw | divided_by: 10.0 }}" }] },
      "b/up",
      { id: 4, raw: 215 },
    );
    expect(read).toMatchObject({ devices: [{ names: ["b-4"], rows: [{ field: "T", value: 21.5 }] }] });
  });

  test("JSON by paths, with a time, an object of fields, and a position", () => {
    const map = {
      device: "{{ json.dev }}",
      time: { path: "$.at", format: "milliseconds" },
      fields: [
        { path: "$.values" },
        { field: "battery", path: "$.sys.batt", unit: "%" },
        { field: "place", path: "$.gps" },
      ],
    };
    const payload = {
      dev: "a 1",
      at: 1772619070123,
      values: { temp: 21.5, door: "OFF", none: null },
      sys: { batt: 80 },
      gps: { lat: 1, lon: 2 },
    };
    const timestamp = 1772619070.123;
    expect(own("#", map, "x", payload)).toMatchObject({
      devices: [
        {
          names: ["a-1"],
          rows: [
            { field: "TEMP", value: 21.5, timestamp },
            { field: "DOOR", value: false, timestamp },
            { field: "BATTERY", value: 80, unit: "%", timestamp },
            { field: "PLACE", value: { lat: 1, lng: 2 }, timestamp },
          ],
        },
      ],
    });
    expect(own("#", map, "x", { ...payload, at: "never" })).toMatchObject({
      devices: [{ rows: [{ timestamp: "never" }, {}, {}, {}] }],
    });
  });

  test("a list of readings, each of its own device and time; several values of one path", () => {
    const map = {
      each: "$.r[*]",
      device: "{{ json.id }}",
      time: { path: "$.t" },
      fields: [
        { field: "v_{{ index }}", path: "$.v[*]" },
        { field: "{{ key }}_again", path: "$.v[0]" },
      ],
    };
    const r = [
      { id: "a", t: 1772619070, v: [1, 2] },
      { id: "b", t: 1772619071, v: [3] },
    ];
    expect(own("#", map, "x", { r })).toMatchObject({
      devices: [
        {
          names: ["a"],
          rows: [
            { field: "V_0", value: 1, timestamp: 1772619070 },
            { field: "V_1", value: 2 },
            { field: "0_AGAIN", value: 1 },
          ],
        },
        { names: ["b"], rows: [{ field: "V_0", value: 3, timestamp: 1772619071 }, { field: "0_AGAIN" }] },
      ],
    });
    expect(own("#", map, "x", { r: [] })).toMatchObject({
      ok: true,
      devices: [],
      messages: [expect.stringContaining("each")],
    });
    expect(own("#", map, "x", "no JSON")).toEqual({ ok: false, problem: expect.stringContaining("no JSON") });
  });

  test("what it cannot be made of is told", () => {
    const map = { device: "{{ json.dev.id }}", fields: [{ path: "$" }] };
    expect(own("#", map, "x", { a: 1 })).toEqual({ ok: false, problem: expect.stringContaining("undefined variable") });
    expect(own("#", { device: "{{ payload }}", fields: [{ field: "A" }] }, "x", "")).toEqual({
      ok: false,
      problem: expect.stringContaining("name of one"),
    });
    expect(own("{device}", { fields: [{ field: "A", path: "$.b" }] }, "x", { a: 1 })).toMatchObject({
      ok: true,
      messages: [expect.stringContaining("None of the fields")],
    });
  });

  test.each([
    [{ fields: [{ field: "A" }] }, "device", /say which device/],
    [{ device: "{{ x", fields: [{ field: "A" }] }, "device", /./],
    [{ device: "x", fields: [{}] }, "fields[0]", /takes a path/],
    [{ device: "x", fields: [{ field: "A", path: "a.b" }] }, "fields[0]", /does not begin with \$/],
    [{ device: "x", fields: [{ field: "A", path: "$.a", value: "{{ payload }}" }] }, "fields[0]", /give one of them/],
    [{ device: "x", fields: [{ field: "A" }], time: { path: "nope" } }, "time", /does not begin/],
    [{ device: "x", each: "$.r[?]", fields: [{ field: "A" }] }, "each", /no path/],
  ])("%p is refused", (map, path, why) => {
    expect(own("#", map, "x", "1")).toEqual([{ path, message: expect.stringMatching(why) }]);
  });

  test("the decoder of a product reads nothing here, and a filter that is none is refused", () => {
    const made = routeReader("plant/{serial}/#", { kind: "decoder", product: "p" });
    expect(made).toMatchObject({ subscription: "plant/+/#", product: "p", name: "decoder", read: null });
    expect("parts" in made ? made.parts("plant/7/x") : null).toEqual({ serial: "7" });
    expect(routeReader("a{b}", { kind: "decoder", product: "p" })).toEqual([
      { path: "filter", message: expect.stringContaining("braces") },
    ]);
  });

  test("no payload makes it throw", () => {
    const made = routeReader(
      "{device}/#",
      mapSchema.parse({
        kind: "fields",
        fields: [{ path: "$" }, { field: "x_{{ key }}", path: "$.*" }],
        time: { path: "$.t" },
      }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), fc.string({ minLength: 1, maxLength: 5 }), (payload, name) => {
        if (!("subscription" in made) || /[+#\0]/.test(name)) return;
        const read = made.read?.({ topic: name, payload: bytesOf(payload), now: NOW }, new Memory());
        expect(read?.ok === true || /^\S.{3,}/s.test(read?.ok === false ? read.problem : "")).toBeTrue();
      }),
    );
  });
});
