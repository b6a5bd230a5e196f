import { describe, expect, test } from "bun:test";
import { ApiProblem } from "../../api/problem.ts";
import type { Piece } from "./columns.ts";
import { type Progress, runPieces } from "./run.ts";

const piece = (...lines: number[]): Piece => ({ text: "", lines, own: lines });
const busy = (seconds: number) => new ApiProblem(429, "rate_limited", "too fast", seconds, []);

function rig() {
  const told: Progress[] = [];
  const waits: number[] = [];
  const stop = new AbortController();
  return {
    told,
    waits,
    stop,
    run: (pieces: Piece[], send: Parameters<typeof runPieces>[1]) =>
      runPieces(
        pieces,
        send,
        (one) => told.push(one),
        stop.signal,
        async (ms) => void waits.push(ms),
      ),
  };
}

describe("a table that is sent in parts", () => {
  test("tells after each part how far it is, with every bad row", async () => {
    const it = rig();
    const bad = { line: 4, field: "serial", message: "taken" };
    const done = await it.run([piece(2, 3), piece(4)], async ({ lines }) =>
      lines.includes(4) ? { taken: 0, bad: [bad] } : { taken: 2, bad: [] },
    );
    expect(done).toEqual({ rows: 3, taken: 2, bad: [bad] });
    expect(it.told.map(({ rows }) => rows)).toEqual([2, 3]);
  });

  test("waits as long as the server says, and goes on; it does not wait for ever", async () => {
    const it = rig();
    let calls = 0;
    const send = async () => {
      calls++;
      if (calls < 3) throw busy(2);
      return { taken: 1, bad: [] };
    };
    expect((await it.run([piece(2)], send)).taken).toBe(1);
    expect(it.waits).toEqual([2000, 2000, 0]);
    await expect(
      rig().run([piece(2)], async () => {
        throw busy(3600);
      }),
    ).rejects.toThrow("too fast");
  });

  test("is stopped between two parts; what was done stays told", async () => {
    const it = rig();
    const sent = it.run([piece(2), piece(3)], async () => {
      it.stop.abort(new Error("stopped"));
      return { taken: 1, bad: [] };
    });
    await expect(sent).rejects.toThrow("stopped");
    expect(it.told).toEqual([{ rows: 1, taken: 1, bad: [] }]);
  });
});
