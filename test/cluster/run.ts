import { torment } from "./nemesis.ts";
import type { Shape } from "./servers.ts";
import { World } from "./world.ts";

interface Wish {
  readonly seconds: number;
  readonly seed: number;
  readonly shape: Shape;
  /** See World. */
  readonly bus?: boolean;
  readonly say: (line: string) => void;
}
interface Outcome {
  readonly wrong: readonly string[];
  readonly blows: number;
  readonly acknowledged: number;
  readonly heard: number;
}

/** One run: a world, its clients, blows by a seed, and what the clients' histories say about it. */
export async function runCluster({ seconds, seed, shape, bus = false, say }: Wish): Promise<Outcome> {
  const world = await World.start({ shape, bus });
  try {
    const { blows, pauses } = await torment(world, seconds, chanceOf(seed), say);
    const wrong = await world.end();
    for (const [name, times] of pauses) say(`${name}: ${times.length} ×, ${spread(times)}`);
    for (const note of world.notes) say(note);
    const heard = world.listeners
      .flatMap((one) => [...one.heard.values()])
      .reduce((sum, { length }) => sum + length, 0);
    if (wrong.length > 0) for (const one of world.servers) say(one.log());
    return { wrong, blows, acknowledged: world.acknowledged, heard };
  } finally {
    await world.remove();
  }
}

function spread(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => ((sorted[Math.floor((sorted.length - 1) * share)] as number) / 1000).toFixed(2);
  return `${at(0)} to ${at(1)} s without an answer, median ${at(0.5)} s`;
}

/** Numbers in [0, 1) that a seed repeats (mulberry32). */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
