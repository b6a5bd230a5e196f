import { expect, test } from "bun:test";
import { Metrics } from "../base/metrics.ts";
import { OpenFiles, tellFewer, withinFiles } from "./files.ts";

const WISH = { maxConnections: 50_000, maxHttpConnections: 10_000 };
test.each([
  [null, WISH],
  [{ most: 1_000_000, open: 50 }, WISH],
  [
    { most: 1024, open: 60 },
    { maxConnections: 675, maxHttpConnections: 225 },
  ],
  [
    { most: 20_000, open: 36 },
    { maxConnections: 14_925, maxHttpConnections: 4975 },
  ],
  [
    { most: 64, open: 60 },
    { maxConnections: 16, maxHttpConnections: 16 },
  ],
])("2: there are no more connections than files: %j", (files, limits) => {
  expect(withinFiles(WISH, files)).toEqual(limits);
});

test("no file left: it is said once, what was kept back is let go of, and taken again when there is room", () => {
  const said: string[] = [];
  const log = { warn: (_: object, text: string) => void said.push(text.slice(0, 12)) };
  const metrics = new Metrics();
  let left = 20;
  let last = 0;
  const open = (): number => {
    if (left === 0) throw new Error("EMFILE");
    left--;
    return ++last;
  };
  const files = new OpenFiles(
    metrics,
    log as never,
    () => 0,
    open,
    () => void left++,
  ); // a log of which one call is used
  files.tick();
  expect([left, files.isFull]).toEqual([12, false]);
  left = 0;
  files.tick();
  expect([left, files.isFull]).toEqual([8, true]);
  left = 3; // others took five
  files.tick();
  expect([left, files.isFull, metrics.filesUsedUp]).toEqual([3, true, 1]);
  left = 9;
  files.tick();
  expect([left, files.isFull]).toEqual([1, false]);
  expect(said).toEqual(["no file is l", "there are fi"]);
});

test("that there are files for few clients only is said once, in a sentence; that there are fewer than the settings say is not", () => {
  const debug: object[] = [];
  const log = { debug: (what: object) => void debug.push(what), info() {}, warn() {}, error() {} };
  const limits = (maxConnections: number) => ({ maxConnections, maxHttpConnections: 100 });
  expect(tellFewer(limits(50_000), limits(50_000), log)).toEqual([]);
  expect(debug).toEqual([]);
  expect(tellFewer(limits(50_000), limits(14_000), log)).toEqual([]);
  expect(debug).toEqual([limits(14_000)]);
  const [said = ""] = tellFewer(limits(50_000), limits(700), log);
  expect(said).toContain("up to 700 clients");
  expect(said).toContain("ulimit -n");
  // as many as were asked for
  expect(tellFewer({ ...limits(500), maxHttpConnections: 400 }, limits(500), log)).toEqual([]);
});
