import type { Listener, Speaker } from "./client.ts";
import { sameStates } from "./states.ts";
import { MOURNED } from "./wills.ts";
import type { World } from "./world.ts";

/** How many examples of a fault are named. */
const SHOWN = 5;

/** What the histories of the clients, and what is stored, do not allow; a line each. */
export async function check(world: World): Promise<string[]> {
  const wrong: string[] = [];
  for (const speaker of world.speakers) {
    const stored = await world.history(speaker.device);
    wrong.push(...stores(speaker, stored));
    for (const listener of world.listeners) wrong.push(...hears(listener, speaker, stored));
    if (world.sharers.length > 0) wrong.push(...shares(world.sharers, speaker, stored));
  }
  wrong.push(...(await world.mourner.check(() => world.history(MOURNED))));
  const revoked = world.revoker?.check();
  if (revoked !== undefined) {
    wrong.push(...revoked.wrong);
    world.notes.push(`${revoked.heard} messages heard by a client whose right to was taken ${revoked.taken} times`);
  }
  if (world.sharers.length > 0) {
    const all = world.sharers.map((one) => [...one.heard.values()].reduce((sum, { length }) => sum + length, 0));
    world.notes.push(`${all.join(", ")} messages heard by the members of a shared subscription`);
  }
  if (world.nodes.shape !== null) {
    await world.settles();
    wrong.push(...(await sameStates(world)));
  }
  for (const client of [...world.speakers, ...world.listeners, ...world.sharers])
    if (client.forgotten > 0) wrong.push(`${client.id}: its session was gone ${client.forgotten} times`);
  return wrong;
}

/**
 * Every acknowledged publish is stored exactly once (at QoS 1 perhaps twice, where it was sent again), and nothing is that was not said; in the
 * order in which it was said.
 */
export function stores(
  { id, qos, acknowledged, again, sent }: Pick<Speaker, "id" | "qos" | "acknowledged" | "again" | "sent">,
  stored: readonly number[],
): string[] {
  const there = new Set(stored);
  const more = stored.filter((n, i) => i > 0 && n === stored[i - 1]);
  return [
    ...some(
      `${id}: acknowledged and not stored`,
      acknowledged.filter((n) => !there.has(n)),
    ),
    ...some(
      `${id}: stored and never said`,
      stored.filter((n) => n < 1 || n > sent),
    ),
    ...some(
      `${id}: stored more than once`,
      more.filter((n) => qos === 2 || !again.has(n)),
    ),
    ...some(
      `${id}: stored out of order`,
      stored.filter((n, i) => i > 0 && n < (stored[i - 1] as number)),
    ),
  ];
}

/** Whoever had subscribed before hears all of it, in order; at QoS 2 once; and nothing that is not stored. */
export function hears(
  listener: Pick<Listener, "id" | "qos" | "heard">,
  { device, id }: Pick<Speaker, "device" | "id">,
  stored: readonly number[],
): string[] {
  const count = (of: readonly number[]) =>
    of.reduce((map, n) => map.set(n, (map.get(n) ?? 0) + 1), new Map<number, number>());
  const heard = listener.heard.get(device) ?? [];
  const who = `${listener.id} of ${id}`;
  const written = count(stored);
  const [known, there] = [new Set(heard), new Set(stored)];
  const firsts = [...known];
  return [
    ...some(
      `${who}: not heard`,
      stored.filter((n) => !known.has(n)),
    ),
    ...some(
      `${who}: heard and not stored`,
      firsts.filter((n) => !there.has(n)),
    ),
    ...some(
      `${who}: heard out of order`,
      firsts.filter((n, i) => i > 0 && n < (firsts[i - 1] as number)),
    ),
    ...(listener.qos < 2
      ? []
      : some(
          `${who}: heard more than once`,
          [...count(heard)].filter(([n, times]) => times > (written.get(n) ?? 1)).map(([n]) => n),
        )),
  ];
}

/** Of a shared subscription at QoS 1 some member hears each message, and as a rule one alone. */
function shares(members: readonly Listener[], { device, id }: Speaker, stored: readonly number[]): string[] {
  const heard = new Set(members.flatMap((one) => one.heard.get(device) ?? []));
  return some(
    `${id}: heard by no member of the shared subscription`,
    stored.filter((n) => !heard.has(n)),
  );
}

function some(what: string, numbers: readonly number[]): string[] {
  if (numbers.length === 0) return [];
  return [`${what}: ${numbers.length}, as ${numbers.slice(0, SHOWN).join(", ")}`];
}
