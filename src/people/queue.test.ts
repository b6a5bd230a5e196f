import { describe, expect, test } from "bun:test";
import { Refusal } from "../base/errors.ts";
import { FairQueue, type Turn } from "./queue.ts";

const RULES = { atOnce: 1, mostKnown: 2, mostStrangers: 4, mostOfSender: 3, retry: 5 };
const stranger = (sender: string): Turn => ({ sender, known: false });
const known: Turn = { sender: "home", known: true };

/** A queue whose works end when they are told to; `order` is how they ran and who was refused. */
function start(rules = RULES) {
  const queue = new FairQueue(rules);
  const order: string[] = [];
  const ends: (() => void)[] = [];
  const ask = (turn: Turn, name: string) =>
    queue
      .run(turn, () => {
        order.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      })
      .catch((error: unknown) => void order.push(error instanceof Refusal ? `${name} refused` : String(error)));
  const finish = async () => {
    for (let end = ends.shift(); end !== undefined; end = ends.shift()) {
      end();
      await settle();
    }
  };
  return { ask, finish, order };
}
/** Lets everything that is decided happen. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

describe("turns", () => {
  test("strangers go round by sender, and whom we know goes before them", async () => {
    const { ask, finish, order } = start();
    const all = [ask(stranger("a"), "a1"), ask(stranger("a"), "a2"), ask(stranger("a"), "a3")];
    all.push(ask(stranger("b"), "b1"), ask(known, "k"));
    await finish();
    await Promise.all(all);
    expect(order).toEqual(["a1", "k", "a2", "b1", "a3"]);
  });
  test("one sender waits with few; those beyond are refused, with a time to come back", async () => {
    const { ask, finish, order } = start();
    const all = Array.from({ length: 5 }, (_, i) => ask(stranger("a"), `a${i}`));
    await settle();
    expect(order).toEqual(["a0", "a4 refused"]);
    await finish();
    await Promise.all(all);
    expect(order).toEqual(["a0", "a4 refused", "a1", "a2", "a3"]);
  });
  test("when all places are taken, who has most gives one up for who has none", async () => {
    const { ask, finish, order } = start();
    const all = ["a", "a", "a", "a", "b"].map((sender, i) => ask(stranger(sender), `${sender}${i}`));
    all.push(ask(stranger("c"), "c"), ask(stranger("d"), "d"), ask(stranger("e"), "e"));
    await settle();
    expect(order.slice(1).sort()).toEqual(["a2 refused", "a3 refused", "e refused"]);
    await finish();
    await Promise.all(all);
    expect(order.slice(4)).toEqual(["a1", "b4", "c", "d"]);
  });
  test("those whom we know have places of their own", async () => {
    const { ask, finish, order } = start();
    const all = [..."abcde"].map((sender) => ask(stranger(sender), sender));
    all.push(ask(known, "k1"), ask(known, "k2"), ask(known, "k3"));
    await finish();
    await Promise.all(all);
    expect(order).toEqual(["a", "k3 refused", "k1", "k2", "b", "c", "d", "e"]);
  });
  test("a work that fails hands its place over", async () => {
    const queue = new FairQueue(RULES);
    const failed = queue.run(known, () => Promise.reject(new Error("broken")));
    const next = queue.run(known, async () => "done");
    await expect(failed).rejects.toThrow("broken");
    expect(await next).toBe("done");
    expect(await queue.run(stranger("a"), async () => "free")).toBe("free");
  });
});
