import { expect, test } from "bun:test";
import fc from "fast-check";
import { Refusal } from "../../base/errors.ts";
import { atOnce } from "../../base/turns.ts";
import { readApart, readFleetFile } from "../file.ts";
import { parseFar } from "./far.ts";
import { parseInSteps } from "./parse.ts";
import { cutUp, putTogether } from "./pieces.ts";

const DEVICES = 600;
/** Devices as people write them: no plain lines. */
const file = (device: (n: number) => string, more = "") => `workspaces:
  - slug: w
    products:
      - slug: p
        fields: [{ id: T, type: INT }]
        devices:
${Array.from({ length: DEVICES }, (_, n) => device(n)).join("")}${more}`;
const block = (n: number) =>
  `          - id: "d${n}"\n            name: 'The "${n}": ü'\n            tags: [a, "b c"]\n            metadata: { n: ${n} }\n`;

/** What a way of reading answers, or says. */
async function said(read: () => unknown): Promise<unknown> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Refusal) return `${error.code}: ${error.message}`;
    throw error;
  }
}

test.each([
  ["blocks", file(block)],
  [
    "blocks beside plain lines",
    file(
      block,
      `      - slug: q\n        devices:\n${Array.from({ length: 300 }, (_, n) => `          - { id: e${n}, name: E ${n} }\n`).join("")}`,
    ),
  ],
  ["what is not YAML, after many", file(block, "          - { id: [\n")],
  ["a key that is none", file(block, "          - { id: x, __proto__: y }\n")],
  ["something short", "workspaces: []"],
  ["nothing", ""],
])("YAML is read apart as it is read in place: %s", async (_, text) => {
  const here = await said(() => atOnce(parseInSteps(text)));
  expect(await said(() => parseFar(text))).toEqual(here);
});

test("a thread that cannot be had, or dies, is no reason to refuse a file", async () => {
  const text = file(block);
  const here = atOnce(parseInSteps(text));
  const real = globalThis.Worker;
  const none = class {
    constructor() {
      throw new Error("there is no room for a thread");
    }
  };
  const dies = class extends real {
    override postMessage(message: unknown): void {
      super.postMessage(message);
      if (message === "") super.terminate();
    }
  };
  for (const worker of [none, dies]) {
    globalThis.Worker = worker as unknown as typeof real; // as the platform may do
    try {
      expect(await parseFar(text)).toEqual(here);
    } finally {
      globalThis.Worker = real;
    }
  }
});

test("all that is wrong with a long file is said, however it is read, and by the place where it stands", async () => {
  const text = file((n) => (n === 345 ? `          - { id: "d${n}", color: red }\n` : block(n)), "    color: blue\n");
  const here = await said(() => readFleetFile(text));
  expect(here).toContain('workspaces[0]: unknown key "color"');
  expect(here).toContain('workspaces[0].products[0].devices[345]: unknown key "color"');
  expect(await said(() => readApart(text))).toBe(here);
});

test("property: a value that is cut up is the same when it is put together, and no piece is long", async () => {
  const value = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.constant(null),
      fc.array(tie("any"), { maxLength: 6 }),
      fc.array(fc.constantFrom("a", { b: ["c"] }), { minLength: 90, maxLength: 400 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), tie("any"), { maxKeys: 5 }),
    ),
  })).any;
  await fc.assert(
    fc.asyncProperty(value, async (one) => {
      const texts = cutUp(one, "MARK");
      const pieces = texts.values();
      expect(await putTogether(async () => String(pieces.next().value), "MARK")).toEqual(one);
      expect(pieces.next().done).toBe(true);
      for (const text of texts.slice(1)) expect(JSON.parse(text).length).toBeLessThanOrEqual(100);
    }),
    { numRuns: 60 },
  );
});
