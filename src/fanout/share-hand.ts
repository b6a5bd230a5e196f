import type { Principal } from "../auth/principal.ts";
import { type Entry, MessageQueue } from "../session/queue.ts";
import type { OutletHost } from "./host.ts";
import { mayRead } from "./readable.ts";
import type { ShareGroup } from "./share.ts";
import { NOBODY, type PartMembers } from "./share-part.ts";

/** The members of a part, by account. */
export function membersOf({ members, leaving }: ShareGroup): PartMembers[] {
  const found = new Map<string, { account: string; connected: number; queueing: number }>();
  const of = (account: string) => {
    const known = found.get(account) ?? { account, connected: 0, queueing: 0 };
    found.set(account, known);
    return known;
  };
  for (const [outlet, { qos }] of members) {
    const one = of(outlet.principal.key);
    if (outlet.link !== null) one.connected++;
    if (qos > 0) one.queueing++;
  }
  for (const [account, n] of leaving) of(account).queueing += n;
  return [...found.values()]
    .filter(({ connected, queueing }) => connected + queueing > 0)
    .sort((a, b) => (a.account < b.account ? -1 : 1));
}

/** Takes the oldest messages out of what is in memory, about so many bytes. @param e is written */
export function takeOldest({ queue }: ShareGroup, e: Entry, most: number): Uint8Array {
  if (queue === null) return new Uint8Array(0);
  const from = queue.head;
  let to = from;
  while (to - from < most && queue.read(to, e)) to = e.next;
  const entries = queue.bytesOf(from, to).slice();
  queue.dropTo(to);
  return entries;
}

/**
 * Takes messages out that none of the part's members may read and that are for one other part, about so many bytes.
 * @param heirFor the part that has members who may read it; NOBODY: there is none, and it is dropped
 */
export function takeStranded(
  part: ShareGroup,
  host: Pick<OutletHost, "entry" | "deviceOf" | "topicOf" | "metrics">,
  heirFor: (may: (principal: Principal) => boolean) => number,
  most: number,
): { readonly to: number; readonly entries: Uint8Array } {
  const { queue } = part;
  const taken = new MessageQueue();
  let to = NOBODY;
  if (queue !== null)
    for (let at = queue.head; taken.bytes < most && queue.read(at, host.entry); ) {
      const { next } = host.entry;
      const may = (principal: Principal): boolean => mayRead(host, principal, host.entry);
      if (!part.some(may)) {
        const heir = heirFor(may);
        if (heir === NOBODY) host.metrics.sharedDropped++;
        if (to === NOBODY) to = heir;
        if (heir === to) {
          if (heir !== NOBODY) taken.append(queue.bytesOf(at, next));
          part.remove(at, next);
        } else part.stranded = true;
      }
      at = next;
    }
  if (taken.bytes >= most) part.stranded = true;
  return { to, entries: taken.bytesFrom(taken.head) };
}
