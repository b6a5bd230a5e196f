import { describe, expect, test } from "bun:test";
import { PLAIN_BROKER } from "../../fleet/brokers.ts";
import type { Broker } from "../../fleet/types.ts";
import { limitsOf } from "../../bridges/client/limits.ts";
import { hopsIn, NO_HOPS, passed, withHops } from "./hops.ts";
import { Liveness } from "./liveness.ts";
import { Schedule } from "./schedule.ts";
import { subscribing } from "./subscribing.ts";
import { clientFrame, ServerFrames } from "./ws-frames.ts";

/** The parts of external brokers that need neither a socket nor a clock. */

const SECOND = 1e6;

describe("when a remote is tried again", () => {
  test("after a second, twice as long each round, two minutes at most, half of it by chance", () => {
    const schedule = new Schedule();
    const waits = Array.from({ length: 12 }, () => schedule.failed(0, 1, 0.5) / SECOND);
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 120, 120, 120, 120, 120]);
    expect([new Schedule().failed(0, 1, 0), new Schedule().failed(0, 1, 1)]).toEqual([0.5 * SECOND, 1.5 * SECOND]);
  });
  test("at its addresses in turn; after a connection that held at the first, at once", () => {
    const schedule = new Schedule();
    const at = [0, 1, 2, 3].map(() => {
      schedule.failed(0, 3, 0.5);
      return schedule.at;
    });
    expect(at).toEqual([1, 2, 0, 1]);
    expect([schedule.failed(31 * SECOND, 3, 0.5), schedule.at]).toEqual([SECOND, 0]);
  });
});

test("a connection is found dead within 1.5 times the keep alive, whenever it died", () => {
  for (const keep of [5, 10, 60, 600])
    for (let died = 0; died < 3 * keep; died += keep / 10) {
      const liveness = new Liveness(keep * SECOND);
      let [heard, said] = [0, 0];
      let found = -1;
      for (let now = 0; found < 0 && now < died + 3 * keep; now += 1) {
        const is = liveness.look(now * SECOND, heard, said);
        if (is === "ask") said = now * SECOND;
        if (is === "dead") found = now;
        // what is asked while it lives is answered a moment later
        if (is === "ask" && now <= died) heard = now * SECOND + 1000;
      }
      expect([keep, died, found > died && found - heard / SECOND <= keep * 1.5]).toEqual([keep, died, true]);
    }
});

test("the way of a message stands in it, and only once", () => {
  const [a, b] = ["a", "b"].map((letter) => letter.repeat(8) + "-1111-1111-1111-111111111111") as [string, string];
  const there = withHops([["x", "y"]], passed(NO_HOPS, a));
  expect(there).toEqual([
    ["x", "y"],
    ["fieldcast-hops", `1 ${a}`],
  ]);
  const here = withHops(there, { ...passed(hopsIn(there), b), from: 7 });
  expect(hopsIn(here)).toEqual({ count: 2, places: [a, b], from: 7 });
  expect(hopsIn(withHops(here, passed(hopsIn(here), b)))).toEqual({ count: 3, places: [a, b], from: 0 });
  for (const junk of ["", "x", "-1 q", "1e9", "1 ".repeat(9000)])
    expect(hopsIn([["fieldcast-hops", junk]]).places).toEqual([]);
});

test("a filter that another covers is left to that", () => {
  const base = {
    ...PLAIN_BROKER,
    uid: 1,
    workspace: 1,
    name: "x",
    addresses: [],
    clientId: "x",
    account: 1,
    created: 0,
  };
  const into = (filter: string, qos: 0 | 1 | 2) =>
    ({ direction: "in", filter, qos, map: { kind: "decoder", product: "p" } }) as const;
  const row: Broker = { ...base, routes: [into("a/{x}", 2), into("a/#", 1), into("b", 0), into("a/b", 0)] };
  const { wanted } = subscribing(row, limitsOf(5, {}), false);
  expect(wanted.map(({ subscription, routes }) => [subscription.filter, subscription.qos, routes.toSorted()])).toEqual([
    ["a/#", 2, [0, 1, 3]],
    ["b", 0, [2]],
  ]);
});

test("a remote without wildcards gets none, and the route says so", () => {
  const route = { direction: "in", qos: 2, map: { kind: "decoder", product: "p" } } as const;
  const row: Broker = {
    ...PLAIN_BROKER,
    ...{ uid: 1, workspace: 1, name: "x", addresses: [], clientId: "x", account: 1, created: 0 },
    routes: [
      { ...route, filter: "a/{b}" },
      { ...route, filter: "c" },
    ],
  };
  const limits = limitsOf(5, { properties: { wildcardSubscriptionAvailable: false, maximumQos: 1 } });
  const { wanted, troubles } = subscribing(row, limits, false);
  expect(wanted.map(({ subscription }) => [subscription.filter, subscription.qos])).toEqual([["c", 1]]);
  expect([...troubles]).toEqual([[0, expect.stringContaining("wildcards")]]);
});

describe("WebSocket frames", () => {
  test("of a server come as the bytes that they hold, however they are cut", () => {
    const body = (n: number) => Uint8Array.from({ length: n }, (_, i) => i & 0xff);
    const frame = (opcode: number, bytes: Uint8Array): Uint8Array => {
      // a server does not mask
      const masked = clientFrame(opcode, bytes, new Uint8Array(4));
      const head = masked.length - bytes.length - 4;
      const out = Buffer.concat([masked.subarray(0, head), masked.subarray(head + 4)]);
      out[1] = (out[1] ?? 0) & 0x7f;
      return out;
    };
    const sizes = [0, 1, 125, 126, 65_535, 65_536, 3];
    const all = Buffer.concat([...sizes.map((n) => frame(2, body(n))), frame(9, body(4)), frame(8, body(2))]);
    for (const piece of [1, 7, 1000, all.length]) {
      const got: Uint8Array[] = [];
      const told: string[] = [];
      const frames = new ServerFrames({
        data: (bytes) => void got.push(bytes.slice()),
        pong: (opcode, bytes) => void told.push(`${opcode} ${bytes.length}`),
        closed: () => void told.push("closed"),
      });
      for (let at = 0; at < all.length; at += piece) frames.read(all.subarray(at, at + piece));
      expect(Buffer.compare(Buffer.concat(got), Buffer.concat(sizes.map(body)))).toBe(0);
      expect(told).toEqual(["10 4", "closed"]);
    }
  });
});
