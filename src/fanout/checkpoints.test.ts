import { expect, test } from "bun:test";
import fc from "fast-check";
import { Checkpoints } from "./checkpoints.ts";
import type { Keeper } from "./keeper.ts";

/** Sessions of which each has so many bytes of state; commits are sealed when the test says so. */
class World {
  fannedSeq = 100;
  written: number[] = [];
  anothers = 0;
  readonly keepers: Keeper[];
  readonly checkpoints: Checkpoints;

  constructor(
    private readonly sizes: readonly number[],
    limits?: ConstructorParameters<typeof Checkpoints>[1],
  ) {
    this.keepers = sizes.map((_, i) => ({ stored: i + 1, gone: false }) as Keeper); // as far as it is asked
    this.checkpoints = new Checkpoints(this, limits);
  }
  writeCheckpoint({ stored }: Keeper): number {
    this.written.push(stored);
    return this.sizes[stored - 1] ?? 0;
  }
  another(): void {
    this.anothers++;
  }
  /** What the next commit has. */
  commit(): number[] {
    this.written = [];
    this.checkpoints.write();
    this.checkpoints.committed();
    return this.written;
  }
  all(): void {
    for (const keeper of this.keepers) this.checkpoints.addLater(keeper);
  }
  settle(): number | null {
    return this.checkpoints.settle(() => this.keepers.values());
  }
}
const some = (count: number, bytes = 10): number[] => Array.from({ length: count }, () => bytes);

test("a commit has so many checkpoints and bytes, and what is left asks for another one", () => {
  const world = new World(some(7), { count: 3, bytes: 1000 });
  world.all();
  expect([world.commit(), world.anothers]).toEqual([[1, 2, 3], 1]);
  expect([world.commit(), world.anothers]).toEqual([[4, 5, 6], 2]);
  expect([world.commit(), world.anothers]).toEqual([[7], 2]);
  expect([world.commit(), world.anothers]).toEqual([[], 2]);
  const large = new World(some(4, 600), { count: 100, bytes: 1000 });
  large.all();
  expect([large.commit(), large.commit()]).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test("250 clients that leave at once, with 64 KiB each: no commit has more than about a megabyte", () => {
  const world = new World(some(250, 65_536));
  world.all();
  for (let done = 0; done < 250; ) {
    const now = world.commit().length;
    expect(now).toBeGreaterThan(0);
    expect(now * 65_536).toBeLessThanOrEqual(1_048_576 + 65_536);
    done += now;
  }
});

test("one that is gone, or not stored, takes no room; one that is due twice is written once", () => {
  const world = new World(some(4), { count: 2, bytes: 1000 });
  const [first, second] = world.keepers;
  if (first) Object.assign(first, { gone: true });
  if (second) second.stored = 0;
  world.all();
  world.all();
  expect(world.commit()).toEqual([3, 4]);
});

test("what the next commit is right with only goes with it, however much that is, and before what can wait", () => {
  const world = new World(some(9), { count: 4, bytes: 1000 });
  world.all();
  for (const keeper of world.keepers.slice(7)) world.checkpoints.add(keeper);
  expect([world.commit(), world.anothers]).toEqual([[8, 9, 1, 2], 1]);
  for (const keeper of world.keepers.slice(2)) world.checkpoints.add(keeper);
  expect([world.commit(), world.anothers]).toEqual([[3, 4, 5, 6, 7, 8, 9], 1]);
  expect(world.commit()).toEqual([]);
});

test("property: the log is not said to be needed by none before each has a checkpoint of that time or later", () => {
  const steps = fc.array(fc.constantFrom("settle", "commit", "publish", "due"), { maxLength: 60 });
  fc.assert(
    fc.property(fc.nat(12), fc.integer({ min: 1, max: 5 }), steps, (sessions, count, doing) => {
      const world = new World(some(sessions), { count, bytes: 1000 });
      const floors = new Map(world.keepers.map(({ stored }) => [stored, 0]));
      world.writeCheckpoint = ({ stored }) => {
        floors.set(stored, world.fannedSeq);
        return 10;
      };
      for (const step of doing) {
        if (step === "publish") world.fannedSeq++;
        else if (step === "due") world.all();
        else if (step === "commit") world.checkpoints.write();
        else {
          const settled = world.settle();
          if (settled !== null) for (const floor of floors.values()) expect(floor).toBeGreaterThanOrEqual(settled);
        }
      }
      for (let n = 0; n < 40; n++) {
        if (world.settle() !== null) return;
        world.checkpoints.write();
      }
      throw new Error("it never settles");
    }),
  );
});
