import { oneClock } from "../base/clock.ts";
import { describe, expect, test } from "bun:test";
import { Metrics } from "../base/metrics.ts";
import { Directory } from "../fleet/directory.ts";
import type { InspectorEvent } from "../store/ports.ts";
import { EventLog } from "./event-log.ts";

const SECOND = 1_000_000;
const seenEvent = { kind: "opened", principal: "a:1", client: "c" } as const;

function make(keep = 60 * SECOND) {
  const time = { now: 1000 * SECOND };
  const metrics = new Metrics();
  const log = new EventLog(
    new Directory(),
    oneClock(() => time.now),
    metrics,
    keep,
  );
  const kept = () => {
    const op = log.take();
    return op?.op === "events_put" ? op.rows : [];
  };
  return { time, metrics, log, kept };
}

describe("events", () => {
  test("is kept for the next commit, and asks for one of its own only after a second", () => {
    const { log, kept, time } = make();
    log.seen(seenEvent);
    expect(log.waiting).toBe(false);
    log.tick(time.now + SECOND);
    expect(log.waiting).toBe(true);
    expect(kept()).toMatchObject([{ kind: "opened", principal: "a:1", client: "c", device: 0, count: 1 }]);
    expect([log.waiting, kept()]).toEqual([false, []]);
    log.tick(time.now + 2 * SECOND);
    expect(log.waiting).toBe(false);
  });

  test("a flood is folded: 50 at once, then one a second with how many it stands for; none is uncounted", () => {
    const { log, kept, time } = make();
    for (let second = 0; second < 5; second++) {
      for (let i = 0; i < 1000; i++) log.seen({ ...seenEvent, client: `c${i}` });
      time.now += SECOND;
      log.tick(time.now);
    }
    for (let second = 0; second < 3; second++) {
      time.now += SECOND;
      log.tick(time.now);
    }
    const rows = kept();
    expect(rows.length).toBeLessThan(60);
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(5000);
    // others are not held up by it
    log.seen({ ...seenEvent, principal: "a:2" });
    expect(kept()).toHaveLength(1);
  });

  test("nothing is kept or made where it is switched off and nobody watches", () => {
    const { log, kept, time } = make(0);
    log.seen(seenEvent);
    const heard: InspectorEvent[] = [];
    const stop = log.watch({ wants: (e) => e.client !== "no", hear: (e) => void heard.push(e) });
    log.seen(seenEvent);
    log.seen({ ...seenEvent, client: "no" });
    expect([heard.length, kept()]).toEqual([1, []]);
    stop();
    log.seen(seenEvent);
    log.tick(time.now + SECOND);
    expect([heard.length, log.waiting]).toEqual([1, false]);
  });

  test("what waits for a store that takes nothing is bounded, and counted", () => {
    const { log, kept, metrics } = make();
    for (let i = 0; i < 10_500; i++) log.seen({ ...seenEvent, principal: `a:${i}` });
    expect([kept().length, metrics.eventsLost]).toEqual([10_000, 500]);
  });
});
