import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { printTime } from "../../measure/time.ts";
import { jsonText, LongText } from "./answer.ts";

/** The piece that texts are cut at. */
const PIECE = 64 * 1024;
const aText = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.tuple(fc.constantFrom("a", "é", "€", "😀"), fc.integer({ min: 0, max: 2 * PIECE })).map(([c, n]) => c.repeat(n)),
);

describe("a long text in pieces is what its parts are together", () => {
  test("texts and times of any length", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(aText, fc.integer({ min: 946_684_800_000_000, max: 2e15 }))), (parts) => {
        const long = new LongText("begin");
        for (const [text, time] of parts) long.addTime(text, time, text);
        const pieces = long.end("end");
        const whole = `begin${parts.map(([text, time]) => text + printTime(time) + text).join("")}end`;
        expect(Buffer.concat(pieces).equals(Buffer.from(whole))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
  test("an answer says its length, and comes piece by piece", async () => {
    const long = new LongText("[");
    for (let i = 0; i < 50_000; i++) long.add(`${i},`);
    const pieces = long.end("0]");
    expect(pieces.length).toBeGreaterThan(1);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(PIECE);
    const answer = jsonText(pieces);
    const bytes = await answer.bytes();
    expect(answer.headers.get("Content-Length")).toBe(String(bytes.length));
    expect(JSON.parse(Buffer.from(bytes).toString())).toHaveLength(50_001);
  });
});
