import { expect, test } from "bun:test";
import { type EventStream, LiveConnection } from "./connection.ts";

class Stream implements EventStream {
  closed = false;
  readyState = 1;
  private readonly hears = new Map<string, (event: { data?: unknown; lastEventId?: string }) => void>();
  constructor(readonly address: string) {}
  addEventListener(name: string, hear: (event: { data?: unknown; lastEventId?: string }) => void): void {
    this.hears.set(name, hear);
  }
  close(): void {
    this.closed = true;
  }
  tell(name: string, event: { data?: unknown; lastEventId?: string } = {}): void {
    this.hears.get(name)?.(event);
  }
}

function setUp() {
  const streams: Stream[] = [];
  const waits: { run: () => void; ms: number }[] = [];
  const heard: unknown[] = [];
  const states: string[] = [];
  const time = { now: 0, gaps: 0 };
  const connection = new LiveConnection({
    open: (address) => {
      const stream = new Stream(address);
      streams.push(stream);
      return stream;
    },
    now: () => time.now,
    later: (run, ms) => {
      const wait = { run, ms };
      waits.push(wait);
      return () => {
        wait.run = () => {};
      };
    },
    hear: (one) => heard.push(one),
    gap: () => {
      time.gaps++;
    },
    changed: ({ kind }) => states.push(kind),
  });
  const last = () => streams.at(-1) as Stream; // one was opened
  return { connection, streams, waits, heard, states, time, last };
}
const EVENT = { product: "p", device: "d", field: "T", value: 1, time: "2026-03-01T00:00:00Z" };

test("what was lost is opened again behind the last event, ever later, and says since when", () => {
  const { connection, waits, heard, states, time, last } = setUp();
  connection.start();
  last().tell("open");
  last().tell("measurement", { data: JSON.stringify(EVENT), lastEventId: "7-9" });
  expect(heard).toEqual([EVENT]);
  time.now = 5000;
  const lost = last();
  lost.tell("error");
  expect([lost.closed, connection.state]).toEqual([true, { kind: "reconnecting", since: 5000, next: 6000 }]);
  waits.at(-1)?.run();
  expect(last().address).toBe("/api/v1/live?last_event_id=7-9");
  time.now = 6000;
  last().tell("error");
  expect(connection.state).toEqual({ kind: "reconnecting", since: 5000, next: 8000 });
  waits.at(-1)?.run();
  last().tell("open");
  expect(states).toEqual(["connecting", "live", "reconnecting", "reconnecting", "live"]);
  // that of the first
  expect(time.gaps).toBe(1);
});

test("lost before anything was heard, nobody can say what came meanwhile: a gap", () => {
  const { connection, waits, time, last } = setUp();
  connection.start();
  connection.aim("idle=true");
  last().tell("open");
  expect(time.gaps).toBe(0);
  last().tell("error");
  waits.at(-1)?.run();
  last().tell("open");
  expect(time.gaps).toBe(1);
});

test("what came between the question of a page and the stream that follows all of it is asked for: a gap", () => {
  const { connection, time, last } = setUp();
  connection.aim("idle=true");
  connection.start();
  last().tell("open");
  connection.aim("products=p&devices=1&current=true");
  last().tell("open");
  expect(time.gaps).toBe(0);
  connection.aim("");
  expect(time.gaps).toBe(0);
  last().tell("open");
  expect(time.gaps).toBe(1);
});

test("the server's own gap is told, and its end is a loss", () => {
  const { connection, time, last } = setUp();
  connection.start();
  last().tell("open");
  last().tell("gap", { data: "{}", lastEventId: "8-9" });
  last().tell("end", { data: "{}" });
  expect([time.gaps, connection.state.kind]).toEqual([2, "reconnecting"]);
});

test("a pause closes it, and waits for nobody; going on is behind the last event", () => {
  const { connection, streams, waits, last } = setUp();
  connection.start();
  last().tell("open");
  last().tell("measurement", { data: JSON.stringify(EVENT), lastEventId: "3-1" });
  connection.pause();
  expect([last().closed, connection.state.kind]).toEqual([true, "paused"]);
  last().tell("error");
  expect(waits).toEqual([]);
  connection.start();
  expect([streams.length, last().address]).toEqual([2, "/api/v1/live?last_event_id=3-1"]);
  connection.start();
  expect(streams).toHaveLength(2);
  connection.stop();
  connection.start();
  expect(last().address).toBe("/api/v1/live");
});

test("what is looked at changes: another stream behind the last event, and nobody sees it", () => {
  const { connection, streams, states, last } = setUp();
  connection.aim("idle=true");
  connection.start();
  last().tell("open");
  last().tell("measurement", { data: JSON.stringify(EVENT), lastEventId: "4-1" });
  connection.aim("devices=1");
  connection.aim("devices=1");
  last().tell("open");
  expect(streams.map(({ address, closed }) => [address, closed])).toEqual([
    ["/api/v1/live?idle=true", true],
    ["/api/v1/live?devices=1&last_event_id=4-1", false],
  ]);
  expect(new Set(states)).toEqual(new Set(["connecting", "live"]));
  connection.pause();
  connection.aim("devices=2");
  expect(streams).toHaveLength(2);
  connection.start();
  expect(last().address).toBe("/api/v1/live?devices=2&last_event_id=4-1");
});

test("what the server does not let one follow, a device that is gone, is followed with all others; a server that is away changes nothing", () => {
  const { connection, waits, last } = setUp();
  connection.aim("devices=1");
  connection.start();
  last().tell("error");
  waits.at(-1)?.run();
  expect(last().address).toBe("/api/v1/live?devices=1");
  last().readyState = 2;
  last().tell("error");
  waits.at(-1)?.run();
  expect(last().address).toBe("/api/v1/live");
});
