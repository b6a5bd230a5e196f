import { TOKENS } from "../run/fleet.ts";
import { until } from "../run/until.ts";
import type { World } from "./world.ts";

interface State {
  readonly position: number;
  readonly parts: Readonly<Record<string, { readonly count: number; readonly sum: number }>>;
}

/** All servers have made the same of the log. @returns what differs, a line each */
export async function sameStates({ servers, notes }: World): Promise<string[]> {
  const headers = { authorization: `Token ${TOKENS.operator}` };
  const look = () =>
    Promise.all(
      servers.map(async (one) => {
        const answer = await one.http("/api/v1/instance/state", { headers });
        return answer.ok ? ((await answer.json()) as State) : null; // src/http/api/nodes.ts
      }),
    );
  const states = await until("all servers at one position of the log", async () => {
    const all: readonly (State | null)[] = await look().catch(() => []);
    const there = all.filter((one): one is State => one !== null);
    return there.length === servers.length && there.every(({ position }) => position === there[0]?.position)
      ? there
      : null;
  });
  const names = Object.keys(states[0]?.parts ?? {});
  notes.push(`on all servers: ${names.map((name) => `${states[0]?.parts[name]?.count} ${name}`).join(", ")}`);
  return names.flatMap((name) => {
    const all = states.map(({ parts }) => `${parts[name]?.count} with the checksum ${parts[name]?.sum}`);
    return new Set(all).size === 1 ? [] : [`${name} differ: ${all.join("; ")}`];
  });
}
