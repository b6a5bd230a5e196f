import { expect, test } from "bun:test";
import fc from "fast-check";
import { EventParser } from "./fetch-stream.ts";

const TEXT =
  'retry: 2000\nid: 5-1\n\n: still here\n\nevent: measurement\nid: 6-1\ndata: {"a":\ndata: 1}\n\nevent: end\ndata: {}\n\ndata: plain\n\n';
const EXPECTED = [
  ["measurement", { data: '{"a":\n1}', lastEventId: "6-1" }],
  ["end", { data: "{}", lastEventId: "6-1" }],
  ["message", { data: "plain", lastEventId: "6-1" }],
];

test("property: events are the same however the text is cut", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(TEXT.length), { maxLength: 8 }), (cuts) => {
      const heard: unknown[] = [];
      const parser = new EventParser((name, event) => heard.push([name, event]));
      let from = 0;
      for (const cut of [...cuts, TEXT.length].sort((a, b) => a - b)) {
        parser.push(TEXT.slice(from, cut));
        from = cut;
      }
      expect(heard).toEqual(EXPECTED);
    }),
  );
});
