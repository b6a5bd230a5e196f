import type { Blow } from "./blows-kit.ts";
import { blowsOf } from "./blows.ts";
import type { World } from "./world.ts";

/** What happened in a run. */
interface Done {
  readonly blows: number;
  /** By the blow: the longest time, ms, that a client waited for an answer. */
  readonly pauses: ReadonlyMap<string, readonly number[]>;
}

/**
 * Strikes until the time is over; after each blow clients must get answers again.
 * @param chance numbers in [0, 1) @param say a line for people
 */
export async function torment(
  world: World,
  seconds: number,
  chance: () => number,
  say: (line: string) => void,
): Promise<Done> {
  const end = performance.now() + seconds * 1000;
  const pauses = new Map<string, number[]>();
  let blows = 0;
  // each comes once before any comes twice
  let left: Blow[] = [];
  while (performance.now() < end) {
    if (left.length === 0) left = [...blowsOf(world.nodes.shape, world.bus !== null)];
    const [blow] = left.splice(Math.floor(chance() * left.length), 1) as [Blow];
    await world.settles();
    await Bun.sleep(chance() * 1500);
    world.measure();
    await blow.strike(world, chance);
    const pause = await world.pause(90_000);
    blows++;
    pauses.set(blow.name, [...(pauses.get(blow.name) ?? []), pause]);
    say(`${blow.name}: ${(pause / 1000).toFixed(2)} s without an answer`);
  }
  return { blows, pauses };
}
