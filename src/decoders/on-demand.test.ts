import { expect, test } from "bun:test";
import { SandboxOnDemand } from "./on-demand.ts";
import { Sandbox } from "./sandbox.ts";
import { scriptOf } from "./worker.ts";

function make(idleMs = 60_000) {
  const made: Sandbox[] = [];
  const due: { work: () => void; ms: number; cancelled: boolean }[] = [];
  const sandbox = new SandboxOnDemand(
    () => {
      const one = new Sandbox({ processes: 1 });
      made.push(one);
      return one;
    },
    idleMs,
    (work, ms) => {
      const entry = { work, ms, cancelled: false };
      due.push(entry);
      return {
        cancel: () => {
          entry.cancelled = true;
        },
      };
    },
  );
  const call = (code: string) =>
    sandbox.call({
      ...{ workspace: "w", script: scriptOf(code), kind: "uplink" },
      input: { bytes: [1], fPort: 1, recvTime: 0, variables: {} },
    });
  return { made, due, sandbox, call };
}
const ONE = "function Decoder(b) { return { a: b[0] }; }";

test("its process comes with the first call, and ends when nothing was asked for a while; then another comes", async () => {
  const { made, due, sandbox, call } = make();
  expect(made).toHaveLength(0);
  expect(await call(ONE)).toMatchObject({ ok: true, result: { a: 1 } });
  expect([made.length, due.map(({ ms }) => ms), made[0]?.pids.length]).toEqual([1, [60_000], 1]);
  await call(ONE);
  // the first wait was for nothing, since there was another call
  expect(due.map(({ cancelled }) => cancelled)).toEqual([true, false]);
  due[1]?.work();
  expect(await made[0]?.call({ workspace: "w", script: scriptOf(ONE), kind: "uplink", input: {} })).toMatchObject({
    reason: "stopped",
  });
  expect(await call(ONE)).toMatchObject({ ok: true });
  expect(made).toHaveLength(2);
  sandbox.stop();
  expect(due[2]?.cancelled).toBe(true);
});

test("while one call runs nothing ends; once it is stopped, nothing begins", async () => {
  const { made, due, sandbox, call } = make();
  const [first, second] = [call(ONE), call(ONE.replace("a:", "b:"))];
  await first;
  await second;
  expect([due.length, made.length]).toEqual([1, 1]);
  sandbox.stop();
  expect(await call(ONE)).toMatchObject({ ok: false, reason: "stopped" });
  expect(made).toHaveLength(1);
});
