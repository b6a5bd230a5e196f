import { oneClock } from "../base/clock.ts";
import { describe, expect, test } from "bun:test";
import { Metrics } from "../base/metrics.ts";
import { Directory } from "../fleet/directory.ts";
import type { DoorEvent } from "../store/ports.ts";
import { Doors } from "./doors.ts";

const SECOND = 1_000_000;
const seenEvent = { kind: "opened", principal: "a:1", client: "c" } as const;

function make(keep = 60 * SECOND) {
  const time = { now: 1000 * SECOND };
  const metrics = new Metrics();
  const doors = new Doors(
    new Directory(),
    oneClock(() => time.now),
    metrics,
    keep,
  );
  const kept = () => {
    const op = doors.take();
    return op?.op === "doors_put" ? op.rows : [];
  };
  return { time, metrics, doors, kept };
}

describe("what comes to the doors", () => {
  test("is kept for the next commit, and asks for one of its own only after a second", () => {
    const { doors, kept, time } = make();
    doors.seen(seenEvent);
    expect(doors.waiting).toBe(false);
    doors.tick(time.now + SECOND);
    expect(doors.waiting).toBe(true);
    expect(kept()).toMatchObject([{ kind: "opened", principal: "a:1", client: "c", device: 0, count: 1 }]);
    expect([doors.waiting, kept()]).toEqual([false, []]);
    doors.tick(time.now + 2 * SECOND);
    expect(doors.waiting).toBe(false);
  });

  test("a flood is folded: 50 at once, then one a second with how many it stands for; none is uncounted", () => {
    const { doors, kept, time } = make();
    for (let second = 0; second < 5; second++) {
      for (let i = 0; i < 1000; i++) doors.seen({ ...seenEvent, client: `c${i}` });
      time.now += SECOND;
      doors.tick(time.now);
    }
    for (let second = 0; second < 3; second++) {
      time.now += SECOND;
      doors.tick(time.now);
    }
    const rows = kept();
    expect(rows.length).toBeLessThan(60);
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(5000);
    // others are not held up by it
    doors.seen({ ...seenEvent, principal: "a:2" });
    expect(kept()).toHaveLength(1);
  });

  test("nothing is kept or made where it is switched off and nobody watches", () => {
    const { doors, kept, time } = make(0);
    doors.seen(seenEvent);
    const heard: DoorEvent[] = [];
    const stop = doors.watch({ wants: (e) => e.client !== "no", hear: (e) => void heard.push(e) });
    doors.seen(seenEvent);
    doors.seen({ ...seenEvent, client: "no" });
    expect([heard.length, kept()]).toEqual([1, []]);
    stop();
    doors.seen(seenEvent);
    doors.tick(time.now + SECOND);
    expect([heard.length, doors.waiting]).toEqual([1, false]);
  });

  test("what waits for a store that takes nothing is bounded, and counted", () => {
    const { doors, kept, metrics } = make();
    for (let i = 0; i < 10_500; i++) doors.seen({ ...seenEvent, principal: `a:${i}` });
    expect([kept().length, metrics.doorEventsLost]).toEqual([10_000, 500]);
  });
});
