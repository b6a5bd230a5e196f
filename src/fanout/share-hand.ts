import type { Principal } from "../auth/principal.ts";
import { MessageQueue } from "../session/queue.ts";
import type { OutletHost } from "./host.ts";
import { mayRead } from "./readable.ts";
import type { ShareGroup } from "./share.ts";
import { NOBODY, type Part, type PartMembers } from "./share-part.ts";

/** The members of a part, by account. */
export function membersOf({ members, leaving }: ShareGroup): PartMembers[] {
  const found = new Map<string, { -readonly [K in keyof PartMembers]: PartMembers[K] }>();
  const of = (account: string) => {
    const known = found.get(account) ?? { account, connected: 0, queueing: 0, leaving: 0 };
    found.set(account, known);
    return known;
  };
  for (const [outlet, { qos }] of members) {
    const one = of(outlet.principal.key);
    if (outlet.link !== null) one.connected++;
    if (qos > 0) one.queueing++;
  }
  for (const [account, n] of leaving) {
    const one = of(account);
    one.leaving += n;
    one.queueing += n;
  }
  return [...found.values()]
    .filter(({ connected, queueing }) => connected + queueing > 0)
    .sort((a, b) => (a.account < b.account ? -1 : 1));
}

/** What `heirFor` says of a message: it stays; nobody may ever read it, and it goes. */
export const [STAYS, DROPS] = [NOBODY, -1] as const;
/** How far it was looked already. */
export interface Looked {
  /** What was known of all parts then. */
  readonly parts: readonly Part[];
  readonly upTo: number;
}

/**
 * Takes messages out of what is in memory that are for one other part, about so many bytes.
 * @param heirFor the part that a message is for which accounts may read; or STAYS, or DROPS
 * @param from where it begins in the queue @param most bytes
 * @returns whose they are, as queues pack them; and up to where all others are to stay
 */
export function takeFor(
  part: ShareGroup,
  host: Pick<OutletHost, "entry" | "deviceOf" | "topicOf" | "metrics">,
  heirFor: (may: (principal: Principal) => boolean) => number,
  from: number,
  most: number,
): { readonly to: number; readonly entries: Uint8Array; readonly upTo: number } {
  const { queue } = part;
  const taken = new MessageQueue();
  if (queue === null) return { to: NOBODY, entries: taken.bytesFrom(taken.head), upTo: from };
  let to = NOBODY;
  let at = Math.max(from, queue.head);
  while (taken.bytes < most && queue.read(at, host.entry)) {
    const { next } = host.entry;
    const heir = heirFor((principal) => mayRead(host, principal, host.entry));
    if (heir !== STAYS && heir !== DROPS && to !== NOBODY && heir !== to) break;
    if (heir === DROPS) host.metrics.sharedDropped++;
    else if (heir !== STAYS) {
      to = heir;
      taken.append(queue.bytesOf(at, next));
    }
    if (heir !== STAYS) part.remove(at, next);
    at = next;
  }
  return { to, entries: taken.bytesFrom(taken.head), upTo: at };
}
