import { describe, expect, test } from "bun:test";
import { Batcher, type Commits } from "./batcher.ts";

const GAP_MS = 2;
const GRACE_MS = 1000;
const WORTH = 3;

/** A batcher whose time and store are the test's. `told`: what it did, in order. */
class World {
  now = 1_000_000_000;
  pendingRows = 0;
  readonly told: string[] = [];
  private tasks: { at: number; fn: () => void }[] = [];
  private flight: { resolve: () => void; reject: (error: Error) => void } | null = null;
  readonly batcher: Batcher<void>;

  constructor() {
    const { told } = this;
    const begin = (what: string): Promise<void> => {
      told.push(`${what} +${(this.now - 1_000_000_000) / 1000}`);
      return new Promise((resolve, reject) => {
        this.flight = { resolve, reject };
      });
    };
    const world = this;
    const commits: Commits<void> = {
      get pending() {
        return world.pendingRows > 0;
      },
      get worth() {
        return world.pendingRows >= WORTH;
      },
      start: () => {
        this.pendingRows = 0;
        return begin("start");
      },
      retry: () => begin("retry"),
      done: () => told.push("done"),
      giveUp: (error) => told.push(`given up: ${(error as Error).message}`),
    };
    this.batcher = new Batcher(commits, {
      gapMs: GAP_MS,
      graceMs: GRACE_MS,
      now: () => this.now,
      later: (fn, ms) => this.tasks.push({ at: this.now + ms * 1000, fn }),
      onState: (failing) => told.push(failing ? "failing" : "works"),
    });
  }
  put(): void {
    this.pendingRows++;
    this.batcher.poke();
  }
  /** Lets time pass, and what is due happen. */
  async pass(ms: number): Promise<void> {
    this.now += ms * 1000;
    const due = this.tasks.filter(({ at }) => at <= this.now);
    this.tasks = this.tasks.filter(({ at }) => at > this.now);
    for (const { fn } of due) fn();
    await this.settle();
  }
  async settle(): Promise<void> {
    for (let i = 0; i < 5; i++) await null;
  }
  async land(): Promise<void> {
    this.flight?.resolve();
    await this.settle();
  }
  async refuse(): Promise<void> {
    this.flight?.reject(new Error("full"));
    await this.settle();
  }
  take(): string[] {
    return this.told.splice(0);
  }
  get waits(): number[] {
    return this.tasks.map(({ at }) => (at - this.now) / 1000);
  }
}

describe("group commit", () => {
  test("while it is held nothing begins, also what was about to; let go, what is pending goes", async () => {
    const w = new World();
    w.put();
    const release = w.batcher.hold();
    await w.pass(0);
    w.put();
    await w.pass(1000);
    expect([w.take(), w.waits]).toEqual([[], []]);
    release();
    await w.pass(0);
    expect(w.take()).toEqual(["start +1000"]);
    await w.land();
    expect(w.take()).toEqual(["done"]);
  });

  test("an idle store begins at once; one commit at a time; the next one takes what came meanwhile", async () => {
    const w = new World();
    w.put();
    w.put();
    expect(w.waits).toEqual([0]);
    await w.pass(0);
    expect(w.take()).toEqual(["start +0"]);
    w.put();
    await w.pass(50);
    expect(w.take()).toEqual([]);
    await w.land();
    expect(w.take()).toEqual(["done"]);
    await w.pass(0);
    expect(w.take()).toEqual(["start +50"]);
    await w.land();
    await w.pass(1000);
    expect(w.take()).toEqual(["done"]);
  });

  test("after a burst of 50 commits start 2 ms apart, and the burst comes back with 200 a second", async () => {
    const w = new World();
    for (let i = 0; i < 50; i++) {
      w.put();
      expect(w.waits).toEqual([0]);
      await w.pass(0);
      await w.land();
    }
    w.put();
    expect(w.waits).toEqual([GAP_MS]);
    await w.pass(GAP_MS);
    await w.land();
    await w.pass(250);
    for (let i = 0; i < 50; i++) {
      w.put();
      expect(w.waits).toEqual([0]);
      await w.pass(0);
      await w.land();
    }
    w.put();
    expect(w.waits).toEqual([GAP_MS]);
  });

  test("much that waits is committed after half the gap, and once; little waits on", async () => {
    const w = new World();
    for (let i = 0; i < 50; i++) {
      w.put();
      await w.pass(0);
      await w.land();
    }
    w.take();
    w.put();
    w.put();
    expect(w.waits).toEqual([GAP_MS]);
    await w.pass(GAP_MS / 4);
    w.put();
    w.put();
    expect(w.waits.sort()).toEqual([GAP_MS / 4, (GAP_MS * 3) / 4]);
    await w.pass(GAP_MS / 4);
    expect(w.take()).toEqual([`start +${GAP_MS / 2}`]);
    await w.land();
    w.put();
    // what was replaced starts nothing
    await w.pass(GAP_MS / 2);
    expect(w.take()).toEqual(["done"]);
    await w.pass(GAP_MS / 2);
    expect(w.take()).toEqual([`start +${GAP_MS * 1.5}`]);
  });

  test("a clock that is set back makes nobody wait longer than the gap", async () => {
    const w = new World();
    for (let i = 0; i < 60; i++) {
      w.put();
      await w.pass(GAP_MS);
      await w.land();
    }
    w.now -= 3_600_000_000;
    for (let i = 0; i < 100; i++) {
      w.put();
      expect(Math.max(...w.waits)).toBeLessThanOrEqual(GAP_MS);
      await w.pass(GAP_MS);
      await w.land();
    }
  });

  test("6: a refused commit is tried again until it succeeds; what came meanwhile waits behind it", async () => {
    const w = new World();
    w.put();
    await w.pass(0);
    await w.refuse();
    expect(w.batcher.failing).toBe(true);
    w.put();
    await w.pass(200);
    await w.refuse();
    await w.pass(200);
    expect(w.take()).toEqual(["start +0", "failing", "retry +200", "retry +400"]);
    await w.land();
    expect(w.batcher.failing).toBe(false);
    await w.pass(0);
    expect(w.take()).toEqual(["works", "done", "start +400"]);
  });

  test("6: after the grace time a commit is given up, and each further one at once, until one succeeds", async () => {
    const w = new World();
    w.put();
    await w.pass(0);
    for (let ms = 0; ms < GRACE_MS; ms += 200) {
      await w.refuse();
      await w.pass(200);
    }
    await w.refuse();
    expect(w.take().slice(-2)).toEqual(["retry +1000", "given up: full"]);
    expect(w.batcher.failing).toBe(true);
    w.put();
    await w.pass(0);
    await w.refuse();
    expect(w.take()).toEqual(["start +1000", "given up: full"]);
    w.put();
    await w.pass(0);
    await w.land();
    expect(w.take()).toEqual(["start +1000", "works", "done"]);
  });

  test("idle() waits for what is under way and what is pending, also when it is given up", async () => {
    const w = new World();
    const idle = async (): Promise<boolean> => {
      const nothing = {};
      return (await Promise.race([w.batcher.idle(), w.settle().then(() => nothing)])) !== nothing;
    };
    expect(await idle()).toBe(true);
    w.put();
    await w.pass(0);
    w.put();
    let isIdle = false;
    void w.batcher.idle().then(() => {
      isIdle = true;
    });
    await w.land();
    expect(isIdle).toBe(false);
    await w.pass(0);
    await w.land();
    expect(isIdle).toBe(true);
    w.put();
    await w.pass(0);
    void w.batcher.idle().then(() => w.told.push("idle"));
    for (let ms = 0; ms <= GRACE_MS; ms += 200) {
      await w.refuse();
      await w.pass(200);
    }
    expect(w.take()).toContain("idle");
  });
});
