import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Verdict } from "../../networks/downlinks/types.ts";
import * as machine from "./machine.ts";
import { restAfter } from "./rest.ts";
import type { Downlink } from "./types.ts";

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;
const at = (s: number): machine.Moment => ({ wall: s * SECOND, trusted: s * SECOND });
const NETWORK = { title: "N", acknowledges: true, reports: true };
const ACCEPTED: Verdict = { is: "accepted", ids: ["q1"] };

function fresh(more: Partial<Downlink> = {}): Downlink {
  const what = {
    number: 1,
    id: "00ab12cd34ef5678",
    device: 7,
    product: 3,
    name: "set-interval",
    by: "u:1",
    content: { form: "bytes", hex: "01", port: 2 },
    confirmed: true,
    replace: false,
  } as const;
  return { ...machine.queued(what, DAY, at(0)), ...more };
}
const sent = (more: Partial<Downlink> = {}) => machine.ended(machine.begun(fresh(more)), ACCEPTED, NETWORK, at(1));
const last = ({ state, steps }: Downlink) => [state, steps.at(-1)?.note, (steps.at(-1)?.time ?? 0) / SECOND];

describe("a downlink", () => {
  test("is queued, sent, acknowledged", () => {
    expect(fresh()).toMatchObject({
      state: "queued",
      attempts: 0,
      expires: DAY,
      steps: [{ state: "queued", time: 0, note: null }],
    });
    expect(machine.begun(fresh())).toMatchObject({ state: "queued", sending: true, attempts: 1 });
    const now = sent();
    expect(now).toMatchObject({ sending: false, listening: true, ids: ["q1"], expires: SECOND + 3 * DAY });
    expect(last(now)).toEqual(["sent", "N took it", 1]);
    const report = (from: Downlink, kind: machine.Report["kind"], reason: string | null = null) =>
      machine.reported(from, { kind, reason }, at(5));
    const queuedThere = report(now, "queued") as Downlink;
    expect(last(queuedThere)).toEqual(["sent", "the network has queued it", 5]);
    expect(last(report(queuedThere, "txack") as Downlink)).toEqual(["sent", "a gateway has transmitted it", 5]);
    const done = report(queuedThere, "ack") as Downlink;
    expect(last(done)).toEqual(["acknowledged", "the device confirmed it", 5]);
    expect(machine.isOpen(done)).toBe(false);
    expect(report(done, "failed")).toBeNull();
  });
  test("fails in the words of the network", () => {
    const refused = machine.ended(
      machine.begun(fresh()),
      { is: "refused", reason: "HTTP 403: no right" },
      NETWORK,
      at(2),
    );
    expect(last(refused)).toEqual(["failed", "N refused it: HTTP 403: no right", 2]);
    expect(machine.isOpen(refused)).toBe(false);
    const failed = machine.reported(
      sent(),
      { kind: "failed", reason: "too long for the data rate" },
      at(3),
    ) as Downlink;
    expect(last(failed)).toEqual(["failed", "the network failed: too long for the data rate", 3]);
    expect(machine.isOpen(failed)).toBe(false);
  });
  test("that was not confirmed may be later", () => {
    const nack = machine.reported(sent(), { kind: "nack", reason: null }, at(3)) as Downlink;
    expect(last(nack)).toEqual(["failed", "the device did not confirm it", 3]);
    expect(machine.isOpen(nack)).toBe(true);
    expect(machine.reported(nack, { kind: "ack", reason: null }, at(9))).toMatchObject({ state: "acknowledged" });
    // and when nothing comes it stays what it is
    expect(machine.expired(nack, at(86_400 * 4))).toMatchObject({ state: "failed", listening: false });
  });
  test("waits while the network is away, and gives up after its time or too many attempts", () => {
    const away: Verdict = { is: "later", reason: "HTTP 503", seconds: null };
    let now = fresh();
    for (let i = 1; i <= 3; i++) now = machine.ended(machine.begun(now), away, NETWORK, at(i));
    expect(last(now)).toEqual(["queued", "N did not take it: HTTP 503", 3]);
    expect(now.steps).toHaveLength(2);
    expect(machine.expired(now, at(86_399))).toBeNull();
    expect(last(machine.expired(now, at(86_400)) as Downlink)).toEqual([
      "expired",
      "it could not be sent in its time",
      86_400,
    ]);
    const many = machine.ended(machine.begun({ ...now, attempts: 199 }), away, NETWORK, at(9));
    expect(last(many)).toEqual(["failed", "N did not take it in 200 attempts: HTTP 503", 9]);
  });
  test("is never given up amid an attempt", () => {
    expect(machine.expired(machine.begun(fresh()), at(86_400 * 9))).toBeNull();
  });
  test("expires without the confirmation that was asked for; without one it stays sent", () => {
    expect(machine.expired(sent(), at(86_400 * 3))).toBeNull();
    expect(last(machine.expired(sent(), at(86_400 * 3 + 1)) as Downlink)).toEqual([
      "expired",
      "no confirmation of the device came",
      86_400 * 3 + 1,
    ]);
    const plain = sent({ confirmed: false });
    expect(machine.expired(plain, at(86_400))).toBeNull();
    expect(machine.expired(plain, at(86_401))).toMatchObject({ state: "sent", listening: false });
    const silent = machine.ended(
      machine.begun(fresh()),
      ACCEPTED,
      { ...NETWORK, acknowledges: false, reports: false },
      at(1),
    );
    expect(machine.isOpen(silent)).toBe(false);
  });
  test("can be taken back until it is being sent", () => {
    expect(machine.isCancellable(fresh())).toBe(true);
    expect(machine.isCancellable(machine.begun(fresh()))).toBe(false);
    expect(machine.isCancellable(sent())).toBe(false);
    expect(last(machine.cancelled(fresh(), "you@acme", at(4)))).toEqual(["cancelled", "cancelled by you@acme", 4]);
  });
  test("an attempt that a crash cut off is told and made again", () => {
    expect(machine.recovered(fresh(), at(3))).toEqual(fresh());
    const again = machine.recovered(machine.begun(fresh()), at(3));
    expect(again).toMatchObject({ state: "queued", sending: false, attempts: 1 });
    expect(last(again)[1]).toContain("may arrive twice");
  });
  test("keeps its first step and the latest ones", () => {
    let now = fresh();
    for (let i = 0; i < 100; i++)
      now = machine.ended(machine.begun(now), { is: "later", reason: `no ${i}`, seconds: null }, NETWORK, at(i + 1));
    expect(now.steps).toHaveLength(32);
    expect(now.steps[0]).toEqual({ state: "queued", time: 0, note: null });
    expect(now.steps.at(-1)?.note).toBe("N did not take it: no 99");
    expect(now.steps[1]?.note).toBe("N did not take it: no 69");
  });
});

test("rests grow from a second to ten minutes, spread by a fifth, and a network may ask for more, up to an hour", () => {
  const rests = [1, 2, 3, 4, 5, 6, 7, 200].map((n) => restAfter(n, null, 0.5) / SECOND);
  expect(rests).toEqual([1, 4, 16, 64, 256, 600, 600, 600]);
  expect(restAfter(1, null, 0)).toBe(0.8 * SECOND);
  expect(restAfter(1, 30, 0.5)).toBe(30 * SECOND);
  expect(restAfter(1, 1e9, 0.5)).toBe(3600 * SECOND);
});

test("whatever happens in whatever order: what has ended does not change, and time does not run back", () => {
  const verdict = fc.constantFrom<Verdict>(
    ACCEPTED,
    { is: "refused", reason: "r" },
    { is: "later", reason: "l", seconds: null },
  );
  const kind = fc.constantFrom<machine.Report["kind"]>("ack", "nack", "txack", "queued", "sent", "failed");
  const act = fc.oneof(
    verdict.map(
      (v) => (d: Downlink, t: machine.Moment) =>
        d.state === "queued" ? machine.ended(machine.begun(d), v, NETWORK, t) : d,
    ),
    kind.map((k) => (d: Downlink, t: machine.Moment) => machine.reported(d, { kind: k, reason: null }, t) ?? d),
    fc.constant((d: Downlink, t: machine.Moment) => machine.expired(d, t) ?? d),
    fc.constant((d: Downlink, t: machine.Moment) => (machine.isCancellable(d) ? machine.cancelled(d, "x", t) : d)),
    fc.constant((d: Downlink, t: machine.Moment) => machine.recovered(d, t)),
  );
  fc.assert(
    fc.property(fc.boolean(), fc.array(fc.tuple(act, fc.nat(100_000)), { maxLength: 40 }), (confirmed, acts) => {
      let now = fresh({ confirmed });
      let time = 0;
      for (const [does, passes] of acts) {
        time += passes;
        const next = does(now, at(time));
        if (!machine.isOpen(now)) expect(next).toEqual(now);
        expect(next.steps.at(-1)?.state).toBe(next.state);
        expect(next.steps.map((s) => s.time)).toEqual(next.steps.map((s) => s.time).sort((a, b) => a - b));
        if (next.state === "acknowledged") expect(next.ids).toEqual(["q1"]);
        now = next;
      }
    }),
  );
});
