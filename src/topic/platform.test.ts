import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isDeviceId, isFieldId, isSlug } from "./grammar.ts";
import { isFilter, isTopicName, matches } from "./names.ts";
import { PlatformTopics } from "./platform.ts";

const topics = new PlatformTopics();

describe("prefix", () => {
  for (const bad of ["", "a/b", "$a", "a$", "+", "#", "a+", "a\0"])
    test(`${JSON.stringify(bad)} is refused`, () => expect(() => new PlatformTopics(bad)).toThrow(/prefix/));
  test("another prefix moves every topic", () => {
    const other = new PlatformTopics("site9");
    expect(other.parsePublish("site9-pub/p/d/f")).toEqual({ kind: "field", product: "p", device: "d", field: "F" });
    expect(other.parsePublish("dtck-pub/p/d/f").kind).toBe("refused");
    expect(other.dataTopic("p", "d", "F")).toBe("site9/p/d/F");
    expect(other.errorTopic("site9-pub/p/d")).toBe("site9-errors/p/d");
    expect(other.canonicalFilter("site9/*/d/f").canonical).toBe("site9/+/d/F");
    expect(other.canonicalFilter("dtck/*/d/f").changed).toBe(false);
    expect(other.classifyFilter("dtck/p/d/F").data).toBe(false);
  });
});

describe("publishing (wire contract section 4)", () => {
  test("a measurement; only FIELD folds", () => {
    expect(topics.parsePublish("dtck-pub/my-product/Dev1/temperature")).toEqual({
      kind: "field",
      product: "my-product",
      device: "Dev1",
      field: "TEMPERATURE",
    });
    expect(topics.parsePublish("dtck-pub/p/d/ı")).toMatchObject({ field: "ı" });
  });
  test("a batch", () =>
    expect(topics.parsePublish("dtck-pub/p/D")).toEqual({ kind: "batch", product: "p", device: "D" }));
  test("product-wide", () => {
    expect(topics.parsePublish("dtck-pub/p/*/T")).toEqual({ kind: "product_wide" });
    expect(topics.parsePublish("dtck-pub/p/*")).toEqual({ kind: "product_wide" });
  });
  const refused: [string, RegExp][] = [
    ["dtck/p/d/T", /dtck-pub\/…/],
    ["dtck", /dtck-pub\/…/],
    ["dtck-errors/p/d/T", /Only the platform/],
    ["dtck-future/x", /reserved/],
    ["dtck-pub", /1 levels/],
    ["dtck-pub/p", /2 levels/],
    ["dtck-pub/p/d/T/x", /5 levels/],
    ["dtck-pub//d/T", /empty/],
    ["dtck-pub/p//T", /empty/],
    ["dtck-pub/p/d/", /empty/],
    ["/dtck-pub/p/d/T", /dtck-pub\/<product>/],
    ["DTCK-PUB/p/d/T", /dtck-pub\/<product>/],
    ["$SYS/x", /broker's own/],
    ["home/kitchen", /dtck-pub\/<product>.*Free topics are off on this instance \(--free-topics\)/],
    ["__proto__", /dtck-pub\/<product>/],
  ];
  for (const [topic, why] of refused)
    test(`${topic} is refused`, () => {
      const target = topics.parsePublish(topic);
      expect(target).toMatchObject({ kind: "refused", code: "topic_not_allowed" });
      expect(target.kind === "refused" ? target.message : "").toMatch(why);
    });
});

describe("free topics (wire contract section 4)", () => {
  const table: [string, boolean][] = [
    ["home/kitchen", true],
    ["/dtck", true],
    ["DTCK/x", true],
    ["dtckx/y", true],
    ["d", true],
    ["a/$b", true],
    ["dtck", false],
    ["dtck/p/d/T", false],
    ["dtck-pub/p", false],
    ["dtck-", false],
    ["dtck-future/x", false],
    ["$SYS/x", false],
    ["$share", false],
  ];
  for (const [topic, free] of table)
    test(`${topic} is ${free ? "free" : "reserved"}`, () => expect(topics.isFree(topic)).toBe(free));
  test("another prefix reserves other topics", () => {
    const other = new PlatformTopics("site9");
    expect([other.isFree("dtck/x"), other.isFree("site9-pub/x")]).toEqual([true, false]);
  });
});

describe("error topics", () => {
  const long = "x".repeat(65524);
  const table: [string, string][] = [
    ["dtck-pub/p/Dev/temp", "dtck-errors/p/Dev/TEMP"],
    ["dtck-pub/p/d", "dtck-errors/p/d"],
    ["dtck-pub/p/*/T", "dtck-errors/p/*/T"],
    ["dtck-pub/Not A Slug/d/T", "dtck-errors/Not A Slug/d/T"],
    ["dtck-pub/p", "dtck-errors/_/_/_"],
    ["dtck-pub/p/d/T/x", "dtck-errors/_/_/_"],
    ["dtck-pub//d/T", "dtck-errors/_/_/_"],
    ["dtck/p/d/T", "dtck-errors/_/_/_"],
    ["home", "dtck-errors/_/_/_"],
    [`dtck-pub/${long}/d`, "dtck-errors/_/_/_"], // 65,535 bytes in, it would be 65,538 out
  ];
  for (const [topic, want] of table) test(topic.slice(0, 40), () => expect(topics.errorTopic(topic)).toBe(want));
  test("are always topics that a subscriber can name [MQTT-4.7.3-3]", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 4 }), { maxLength: 4 }), (parts) => {
        const topic = ["dtck-pub", ...parts].join("/");
        fc.pre(isTopicName(topic));
        const out = topics.errorTopic(topic);
        expect(isTopicName(out)).toBe(true);
        expect(topics.classifyFilter(out).errors).toBe(true);
        expect(
          matches(topics.canonicalFilter(topic.replace("dtck-pub", "dtck-errors")).canonical, out) ||
            out.endsWith("_/_/_"),
        ).toBe(true);
      }),
    );
  });
});

describe("canonical filters", () => {
  const table: [string, string][] = [
    ["dtck/my-product/*/+", "dtck/my-product/+/+"],
    ["dtck/*/*/*", "dtck/+/+/+"],
    ["dtck/p/d/temperature", "dtck/p/d/TEMPERATURE"],
    ["dtck/p/Dev/Temp", "dtck/p/Dev/TEMP"],
    ["dtck-errors/*/d/t", "dtck-errors/+/d/T"],
    ["$share/g/dtck/p/*/t", "$share/g/dtck/p/+/T"],
    ["$share/g/*/p", "$share/g/*/p"],
    ["dtck/p/d*/T", "dtck/p/d*/T"],
    ["dtck/p/d/T/*", "dtck/p/d/T/*"],
    ["dtck/*", "dtck/+"],
    ["dtck/p/d/#", "dtck/p/d/#"],
    ["dtck/p/d/é", "dtck/p/d/é"],
    ["*/p/d/t", "*/p/d/t"],
    ["+/p/*/t", "+/p/*/t"],
    ["home/*/x/t", "home/*/x/t"],
    ["dtck-pub/*/x/t", "dtck-pub/*/x/t"],
    ["#", "#"],
  ];
  for (const [filter, canonical] of table)
    test(filter, () => expect(topics.canonicalFilter(filter)).toEqual({ canonical, changed: canonical !== filter }));
  test("stay filters, and are canonical themselves", () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const { canonical } = topics.canonicalFilter(filter);
        expect(isFilter(canonical)).toBe(true);
        expect(topics.canonicalFilter(canonical)).toEqual({ canonical, changed: false });
      }),
    );
  });
});

const level = fc.constantFrom(
  "dtck",
  "dtck-errors",
  "dtck-pub",
  "$SYS",
  "my-product",
  "Dev1",
  "TEMP",
  "temp",
  "Not Slug",
  "",
  "*",
  "+",
  "9",
);
const filters = fc
  .tuple(fc.constantFrom("", "$share/g/"), fc.array(level, { maxLength: 6 }), fc.boolean())
  .filter(([, parts, hash]) => parts.length > 0 || hash)
  .map(([share, parts, hash]) => share + (hash ? [...parts, "#"] : parts).join("/"))
  .filter((f) => isFilter(f));

describe("classifying filters", () => {
  const none = {
    data: false,
    errors: false,
    sys: false,
    publishTree: false,
    product: null,
    device: null,
    field: null,
    free: false,
    share: false,
  };
  const table: [string, Partial<ReturnType<PlatformTopics["classifyFilter"]>>][] = [
    ["dtck/p/d/T", { data: true, product: "p", device: "d", field: "T" }],
    ["dtck/p/+/+", { data: true, product: "p" }],
    ["dtck/+/d/#", { data: true, device: "d" }],
    ["dtck/+/+/T", { data: true, field: "T" }],
    ["dtck/p/d/T/#", { data: true, product: "p", device: "d", field: "T" }],
    ["$share/g/dtck/p/+/+", { data: true, product: "p", share: true }],
    ["dtck/#", { data: true }],
    ["#", { data: true, errors: true, free: true }],
    ["+/+/+/+", { data: true, errors: true, free: true }],
    ["+/+/+", { errors: true, free: true }],
    ["+/my-product/#", { data: true, errors: true, product: "my-product", free: true }],
    ["dtck/a/b", {}],
    ["dtck/a/b/C/D", {}],
    ["dtck/a/b/C/D/#", {}],
    ["dtck", {}],
    ["dtck/Not-A-Slug/d/T", {}],
    ["dtck/p/d e/T", {}],
    ["dtck/p/d/t", {}],
    ["+/p/d/t", { free: true }],
    ["dtck-errors/#", { errors: true }],
    ["dtck-errors/p/d", { errors: true }],
    ["dtck-errors/_/_/_", { errors: true }],
    ["dtck-errors/p", {}],
    ["dtck-errors//d/T", {}],
    ["$SYS/#", { sys: true }],
    ["dtck-pub/p/d/T", { publishTree: true }],
    ["dtck-pub/#", { publishTree: true }],
    ["$share/g/dtck-pub/#", { publishTree: true, share: true }],
    ["home/+", { free: true }],
    ["__proto__", { free: true }],
  ];
  for (const [filter, want] of table)
    test(filter, () => expect(topics.classifyFilter(filter)).toEqual({ ...none, ...want }));

  test("free: true exactly when some topic outside the reserved prefixes can match", () => {
    const words = ["dtck", "dtck-errors", "dtck-pub", "$SYS", "my-product", "", "home", "dtckx"];
    fc.assert(
      fc.property(filters, (filter) => {
        const inner = filter.startsWith("$share/g/") ? filter.slice(9) : filter;
        fc.pre(inner !== ""); // no filter after the share name: refused before
        const [first = "", ...rest] = inner.split("/");
        const tail = rest.map((part) => (part === "+" || part === "#" ? "x" : part));
        const some = [first, ...words].some((word) => {
          const topic = [word, ...tail].join("/");
          return isTopicName(topic) && topics.isFree(topic) && matches(inner, topic);
        });
        expect(topics.classifyFilter(filter).free).toBe(some);
      }),
      { numRuns: 1000 },
    );
  });

  test("data: true exactly when some data topic can match", () => {
    const pick = (given: string | undefined, fallback: string, ok: (s: string) => boolean) =>
      given !== undefined && ok(given) ? given : fallback;
    fc.assert(
      fc.property(filters, (filter) => {
        const scope = topics.classifyFilter(filter);
        const inner = filter.startsWith("$share/g/") ? filter.slice(9) : filter;
        const parts = inner.split("/");
        // If any data topic matches, the one that takes the filter's literals where they are possible does.
        const witness = topics.dataTopic(
          pick(parts[1], "p", isSlug),
          pick(parts[2], "d", isDeviceId),
          pick(parts[3], "F", isFieldId),
        );
        expect(scope.data).toBe(matches(inner, witness));
        if (scope.product !== null) expect(isSlug(scope.product)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
  test("errors: true exactly when some error topic can match", () => {
    fc.assert(
      fc.property(filters, (raw) => {
        const filter = topics.canonicalFilter(raw).canonical;
        const inner = filter.startsWith("$share/g/") ? filter.slice(9) : filter;
        const parts = inner.split("/");
        const lit = (i: number) =>
          parts[i] === undefined || parts[i] === "+" || parts[i] === "#" || parts[i] === "" ? "x" : parts[i];
        const four = topics.errorTopic(`dtck-pub/${lit(1)}/${lit(2)}/${lit(3)}`);
        const three = topics.errorTopic(`dtck-pub/${lit(1)}/${lit(2)}`);
        expect(topics.classifyFilter(filter).errors).toBe(matches(inner, four) || matches(inner, three));
      }),
      { numRuns: 3000 },
    );
  });
});
