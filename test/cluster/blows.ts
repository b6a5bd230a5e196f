import { BOTH } from "./blows-postgres.ts";
import { choose, sign } from "./blows-kit.ts";
import type { Blow } from "./blows-kit.ts";
import type { Shape } from "./servers.ts";
import type { World } from "./world.ts";

/** Somebody that serves stands still for so long; then it goes on, or finds that another one has its store or its sessions. */
function standsStill(ms: number): Blow {
  return {
    name: `a server stands still for ${ms / 1000} s`,
    async strike(world, chance) {
      const one = await choose(world, chance);
      sign(one, "SIGSTOP");
      await Bun.sleep(ms);
      sign(one, "SIGCONT");
    },
  };
}
const KILLED: Blow = {
  name: "a server is killed",
  strike: async (world, chance) => sign(await choose(world, chance), "SIGKILL"),
};
const STOPPED: Blow = {
  name: "a server is stopped",
  async strike(world, chance) {
    const one = await choose(world, chance);
    sign(one, "SIGTERM");
    await one.ended();
  },
};
const BOTH_KILLED: Blow = {
  name: "PostgreSQL's primary and a server are killed",
  async strike(world, chance) {
    sign(await choose(world, chance), "SIGKILL");
    await world.postgres.failover();
    await world.postgres.rejoin();
  },
};

/** What may happen to one that serves and one that stands by. */
const ON_TWO: readonly Blow[] = [
  KILLED,
  STOPPED,
  BOTH_KILLED,
  standsStill(1000),
  standsStill(4000),
  standsStill(7000),
  {
    name: "the server that stands by is killed",
    strike: async (world, chance) => sign(world.other(await choose(world, chance)), "SIGKILL"),
  },
  ...BOTH,
];

/** For so long nothing gets through between a server and some of the PostgreSQL. */
function isCutOff(name: string, ms: number, wires: (world: World) => Promise<readonly number[]>): Blow {
  return {
    name: `a server reaches ${name} for ${ms / 1000} s`,
    async strike(world, chance) {
      const one = await choose(world, chance);
      const cut = world.nodes.wired.find(({ server }) => server === one)?.wires ?? [];
      const which = await wires(world);
      for (const i of which) cut[i]?.cut();
      await Bun.sleep(ms);
      for (const i of which) cut[i]?.heal();
    },
  };
}
const toPrimary = async ({ postgres }: World) => [postgres.ports.indexOf(postgres.primary.port)];
const toAll = async ({ postgres }: World) => postgres.ports.map((_, i) => i);

/** Clocks that are set back by more than a second stamp around what lies ahead of them: what follows is out of order by time on purpose. */
const SET_AHEAD: Blow = {
  name: "the clock of a server is set ahead by a second, for good",
  async strike(world, chance) {
    const one = await choose(world, chance);
    const wired = world.nodes.wired.find(({ server }) => server === one);
    wired?.clock?.ahead();
  },
};

/** What may happen to several that serve. */
const ON_SEVERAL: readonly Blow[] = [
  KILLED,
  STOPPED,
  BOTH_KILLED,
  {
    name: "all servers but one are killed",
    async strike(world, chance) {
      const spared = await choose(world, chance);
      for (const one of world.servers) if (one !== spared) sign(one, "SIGKILL");
    },
  },
  ...[1000, 4000, 6000, 30_000].map(standsStill),
  isCutOff("no primary", 2000, toPrimary),
  isCutOff("no primary", 8000, toPrimary),
  isCutOff("no PostgreSQL", 8000, toAll),
  SET_AHEAD,
  ...BOTH,
];

/** What may happen to the bus. */
const TO_THE_BUS: readonly Blow[] = [
  {
    name: "the bus is killed, and started again",
    async strike({ bus }, chance) {
      await bus?.kill();
      await Bun.sleep(chance() * 2000);
      await bus?.start();
    },
  },
  {
    name: "the bus stands still for 3 s",
    async strike({ bus }) {
      bus?.signal("SIGSTOP");
      await Bun.sleep(3000);
      bus?.signal("SIGCONT");
    },
  },
];

/** Everything that may happen to so many servers and the three PostgreSQL. */
export function blowsOf(shape: Shape, hasBus: boolean): readonly Blow[] {
  return shape === null ? ON_TWO : hasBus ? [...ON_SEVERAL, ...TO_THE_BUS] : ON_SEVERAL;
}
