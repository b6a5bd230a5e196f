import { until } from "../run/until.ts";
import type { World } from "./world.ts";

/** What is done to a world, and when it counts as over: each waits until clients get answers again. */
interface Blow {
  readonly name: string;
  strike(world: World, chance: () => number): Promise<void>;
}

const CANCEL = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
const BREAK = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'fieldcast %'";

/** A server stands still for so long; then it goes on, or finds that another one has its store. */
function standsStill(ms: number): Blow {
  return {
    name: `the active server stands still for ${ms / 1000} s`,
    async strike(world) {
      const active = await serving(world);
      active.signal("SIGSTOP");
      await Bun.sleep(ms);
      active.signal("SIGCONT");
    },
  };
}

/** Everything that may happen to the active server, the one that waits, and the three PostgreSQL. */
const BLOWS: readonly Blow[] = [
  {
    name: "the active server is killed",
    strike: async (world) => (await serving(world)).signal("SIGKILL"),
  },
  {
    name: "the active server is stopped",
    async strike(world) {
      const active = await serving(world);
      active.signal("SIGTERM");
      await active.ended();
    },
  },
  standsStill(1000),
  standsStill(4000),
  standsStill(7000),
  {
    name: "the server that stands by is killed",
    strike: async (world) => world.other(await serving(world)).signal("SIGKILL"),
  },
  {
    name: "PostgreSQL's primary is killed, and another one promoted",
    strike: async ({ postgres }) => {
      await postgres.failover();
      await postgres.rejoin();
    },
  },
  {
    name: "PostgreSQL's primary and the active server are killed",
    async strike(world) {
      (await serving(world)).signal("SIGKILL");
      await world.postgres.failover();
      await world.postgres.rejoin();
    },
  },
  {
    name: "a standby of PostgreSQL is killed",
    async strike({ postgres }, chance) {
      const back = await postgres.killStandby();
      await Bun.sleep(chance() * 1000);
      await back();
    },
  },
  {
    name: "both standbys stand still, and waits for them are cancelled",
    async strike({ postgres }, chance) {
      const goOn = await postgres.holdStandbys();
      try {
        for (let i = 0; i < 5; i++) {
          await Bun.sleep(chance() * 200);
          await postgres.primary.sql(CANCEL);
        }
      } finally {
        goOn();
      }
    },
  },
  {
    name: "both standbys stand still for longer than the lease",
    async strike({ postgres }) {
      const goOn = await postgres.holdStandbys();
      await Bun.sleep(6500);
      goOn();
    },
  },
  {
    name: "every connection to PostgreSQL is broken",
    strike: async ({ postgres }) => void (await postgres.primary.sql(BREAK)),
  },
];

async function serving(world: World) {
  return until("a server that serves", () => world.active(), 60_000);
}

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
    if (left.length === 0) left = [...BLOWS];
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
