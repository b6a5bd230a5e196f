import type { StandbyServer } from "../run/standby.ts";
import { until } from "../run/until.ts";
import type { World } from "./world.ts";

/** What is done to a world, and when it counts as over: each waits until clients get answers again. */
export interface Blow {
  readonly name: string;
  strike(world: World, chance: () => number): Promise<void>;
}

/** One of those that serve. */
export async function choose(world: World, chance: () => number): Promise<StandbyServer> {
  const active = await until(
    "a server that serves",
    async () => {
      const found = await world.nodes.active();
      return found.length > 0 ? found : null;
    },
    60_000,
  );
  return active[Math.floor(chance() * active.length)] as StandbyServer;
}
/** It may have ended a moment ago. */
export function sign(server: StandbyServer, signal: "SIGSTOP" | "SIGCONT" | "SIGKILL" | "SIGTERM"): void {
  if (server.isRunning) server.signal(signal);
}
