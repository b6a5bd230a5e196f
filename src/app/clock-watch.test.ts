import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Metrics } from "../base/metrics.ts";
import type { SeenEvent } from "../ingest/event-log.ts";
import { Ahead } from "../ingest/ahead.ts";
import { SystemClock } from "./clock.ts";
import { readClockNote } from "./clock-note.ts";
import { ClockWatch, spanOf } from "./clock-watch.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-watch-"));
afterAll(() => rmSync(root, { recursive: true }));
const SECOND = 1e6;
const HOUR = 3600 * SECOND;
const NOON = Date.UTC(2026, 10, 29, 12) * 1000;
let places = 0;

/** A watch on a machine whose clock the test sets; µs. */
function place({ wall = NOON, anyClock = false, path = join(root, `clock-${places++}`) } = {}) {
  const at = { wall, monotonic: 0 };
  const clock = new SystemClock(
    readClockNote(path),
    () => Math.floor(at.wall / 1000),
    () => at.monotonic / 1000,
  );
  const said: string[] = [];
  const told: SeenEvent[] = [];
  const asked: number[][] = [];
  /** Series that a step back finds ahead. */
  const found: number[] = [];
  const series = { ahead: new Ahead(), setBack: () => found } as never; // what the watch asks of the table
  const metrics = new Metrics();
  const log = {
    info: (_: object, text: string) => void said.push(text),
    warn: (_: object, text: string) => void said.push(text),
  };
  const look = (ids: readonly number[]) => void asked.push([...ids]);
  const watch = new ClockWatch({ clock, series, path, metrics, log, look, tell: (e) => void told.push(e), anyClock });
  watch.begin();
  const pass = (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      at.wall += SECOND;
      at.monotonic += SECOND;
      watch.tick();
    }
  };
  return { at, clock, watch, said, told, asked, found, metrics, pass, path };
}

describe("the clock is watched", () => {
  test("a step is told once, in the log, the metric and the inspector; small ones are not", () => {
    const { at, said, told, metrics, pass } = place();
    at.wall += SECOND / 2;
    pass(1);
    expect([said, told, metrics.clockSteps]).toEqual([[], [], { forward: 0, back: 0 }]);
    at.wall += 2 * HOUR;
    pass(30);
    expect(said).toEqual([expect.stringContaining("the clock was set ahead by 2 h ")]);
    expect(told).toMatchObject([{ kind: "clock", message: said[0] }]);
    expect([metrics.clockSteps, Math.round(metrics.clockDoubted)]).toEqual([{ forward: 1, back: 0 }, 7200]);
  });

  test("a clock that jumps to and fro is counted each time, and told every ten seconds at most", () => {
    const { at, said, metrics, pass } = place();
    for (let i = 0; i < 50; i++) {
      at.wall += i % 2 === 0 ? HOUR : -HOUR;
      pass(1);
    }
    expect(metrics.clockSteps).toEqual({ forward: 25, back: 25 });
    expect(said.length).toBeLessThan(7);
  });

  test("after a step back the store is asked for the series that lie ahead, before anything is stamped", () => {
    const { at, clock, asked, found } = place();
    found.push(3, 9);
    at.wall -= HOUR;
    expect(asked).toEqual([]);
    clock.steady();
    expect(asked).toEqual([[3, 9]]);
  });

  test("a clock that is not set frees no series, and they are looked at when it is", () => {
    const { at, clock, asked, found, pass } = place({ wall: 100 * SECOND });
    found.push(4);
    at.wall -= 10 * SECOND;
    clock.steady();
    pass(2);
    expect(asked).toEqual([]);
    at.wall = NOON;
    pass(1);
    expect(asked).toEqual([[4]]);
  });

  test("a clock before 2024 is not set: said once, and when it is; unless any is taken", () => {
    const { at, watch, said, metrics, pass } = place({ wall: 100 * SECOND });
    pass(5);
    expect([watch.isSet, metrics.clockSet, said.length]).toEqual([false, 0, 1]);
    at.wall = NOON;
    pass(1);
    expect([watch.isSet, metrics.clockSet, said.at(-1)]).toEqual([true, 1, expect.stringContaining("is set")]);
    const any = place({ wall: 100 * SECOND, anyClock: true });
    any.pass(1);
    expect([any.watch.isSet, any.metrics.clockSet, any.said]).toEqual([true, 1, []]);
  });

  test("a start says that the clock shows less than before, or days more; steps and the end are noted", () => {
    const first = place();
    first.at.wall += 2 * HOUR;
    first.pass(1);
    expect(readClockNote(first.path)).toMatchObject({ doubt: 2 * HOUR });
    first.watch.write();
    expect(place({ path: first.path }).said).toEqual([
      expect.stringContaining("2 h less than when the server last ran"),
    ]);
    expect(place({ path: first.path, wall: NOON + 900 * 24 * HOUR }).said).toEqual([
      expect.stringContaining("days ahead"),
    ]);
  });

  test("a note that cannot be read is none", () => {
    for (const text of [
      "",
      "x",
      "[]",
      "{}",
      '{"wall":1}',
      '{"wall":-1,"steady":0,"doubt":0}',
      '{"wall":1e99,"steady":1,"doubt":0}',
    ]) {
      const path = join(root, "bad");
      writeFileSync(path, text);
      expect([text, readClockNote(path)]).toEqual([text, null]);
    }
  });
});

test.each([
  [0, "0 s"],
  [90, "1 min 30 s"],
  [7200, "2 h"],
  [86_400 * 3650 + 3 * 3600, "3650 d 3 h"],
])("%d s is %s", (seconds, text) => expect(spanOf(seconds * SECOND)).toBe(text));
