import { expect, test } from "bun:test";
import { Refusal } from "../base/errors.ts";
import { Members } from "../feed/members.ts";
import { Told } from "../store/record.ts";
import { Duty } from "./duty.ts";
import type { Integrations } from "./stand-in.ts";

/** Three nodes, of which this is the second one; what happens is written down. */
function world(
  members: Members | null = new Members(2, [
    [1, 4],
    [2, 7],
    [3, 5],
  ]),
) {
  const seen: string[] = [];
  let due: (() => void)[] = [];
  const fails = { takeOver: 0, open: false };
  const gate = { holds: false, open: () => {} };
  const part = {
    webhooks: { uid: 5, mine: () => part.webhooks.uid },
    downlinks: { port: { now: () => 3 } },
    start: () => void seen.push("start"),
    tick: () => void seen.push("tick"),
    stop: async () => void seen.push("stop"),
  };
  const duty = new Duty({
    members,
    async open() {
      seen.push("open");
      if (gate.holds) await new Promise<void>((resolve) => (gate.open = resolve));
      if (fails.open) throw new Error("the journal is damaged");
      return part as unknown as Integrations; // what of it is asked here
    },
    async takeOver() {
      seen.push("take over");
      if (fails.takeOver-- > 0) throw new Refusal("storage_unavailable", "PostgreSQL is elsewhere.");
    },
    look: () => void seen.push("look"),
    failed: (why) => void seen.push(`failed: ${(why.cause as Error).message}`),
    later: (fn) => void due.push(fn),
    log: { debug() {}, info() {}, warn: () => void seen.push("warned"), error() {} },
  });
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 10; round++) {
      const now = due;
      due = [];
      for (const fn of now) fn();
      for (let i = 0; i < 5; i++) await null;
    }
  };
  const gone = async (node: number, epoch: number): Promise<void> => {
    members?.heard({ what: Told.NodeGone, numbers: [node, epoch] });
    await settle();
  };
  return { duty, seen, settle, gone, fails, gate };
}

test("a server that is alone opens at once, and begins when it is told to", async () => {
  const { duty, seen } = world(null);
  await duty.open();
  expect([seen.join(), duty.isMine]).toEqual(["open", true]);
  const { asked } = duty;
  duty.start();
  duty.tick();
  await duty.stop();
  expect(seen).toEqual(["open", "start", "tick", "stop"]);
  expect(asked.downlinks.port.now()).toBe(3);
});

test("of several nodes the one that takes part for longest has it; the next one opens when that one is gone, once", async () => {
  const { duty, seen, settle, gone } = world();
  await duty.open();
  const { asked } = duty;
  duty.start();
  await settle();
  await gone(1, 4);
  duty.tick();
  expect([seen, duty.isMine]).toEqual([[], false]);
  expect(() => asked.webhooks.start()).toThrow("Node 3 does this");
  await gone(3, 5);
  expect([seen.join(), duty.isMine]).toEqual(["take over,open,start", true]);
  // as it is itself, with what it knows
  expect((asked.webhooks as unknown as { mine(): number }).mine()).toBe(5);
  await gone(9, 9);
  for (let i = 0; i < 120; i++) duty.tick();
  await duty.stop();
  expect(seen.filter((one) => one !== "tick").join()).toBe("take over,open,start,look,look,stop");
});

test("the first node of all has it from its start", async () => {
  const { duty, seen, settle } = world(new Members(2, [[2, 1]]));
  await duty.open();
  expect(seen).toEqual([]);
  duty.start();
  await settle();
  expect(seen.join()).toBe("take over,open,start");
});

test("what cannot be read yet is tried again; what cannot be opened ends the node", async () => {
  const { duty, seen, gone, fails } = world();
  fails.takeOver = 2;
  duty.start();
  await gone(1, 4);
  await gone(3, 5);
  expect(seen.join()).toBe("take over,warned,take over,warned,take over,open,start");
  const other = world();
  other.fails.open = true;
  other.duty.start();
  await other.gone(1, 4);
  await other.gone(3, 5);
  expect([other.seen.at(-1), other.duty.isMine]).toEqual(["failed: the journal is damaged", false]);
});

test("a node that stops while it takes over leaves nothing running", async () => {
  const { duty, seen, settle, gone, gate } = world();
  gate.holds = true;
  duty.start();
  await gone(1, 4);
  await gone(3, 5);
  await duty.stop();
  gate.open();
  await settle();
  expect([seen.join(), duty.isMine]).toEqual(["take over,open,stop", false]);
});
