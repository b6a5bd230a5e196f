import { ShareGroup } from "../fanout/share.ts";
import { shareOf } from "../fanout/share-rows.ts";
import { canonicalOf, shareKey } from "../fanout/subscription.ts";
import { MessageQueue } from "../session/queue.ts";
import type { RecoveredSession } from "../store/ports.ts";
import type { BrokerContext } from "./context.ts";

/** ms between looks whether chunks were read. */
const LOOK_MS = 2;

/**
 * Brings a stored shared subscription back. A server that is alone again, after several nodes had parts of it, finds a row of each: the first one
 * is what sessions join, the others are merged into it (mergeParts).
 */
export function restoreShare({ hub, topics }: BrokerContext, stored: RecoveredSession): ShareGroup {
  const { scope, filter } = shareOf(stored.session);
  if (hub.shares.withKey(shareKey(scope, filter)) === undefined) return hub.shares.restore(topics, stored);
  const part = new ShareGroup(scope, filter, canonicalOf(topics, filter), hub);
  hub.shares.adopt(part, stored);
  return part;
}

/**
 * What waits in parts of shared subscriptions that other nodes had comes into the one that there is, and their rows go with the same commit.
 * After a crash of all nodes a message may be in two of them, which is taken once, or come again that a member of the other one had.
 */
export async function mergeParts({ hub, later }: BrokerContext): Promise<void> {
  for (const part of [...hub.shares.orphans]) {
    while (part.backlog.count > 0)
      if (!part.backlog.refill()) await new Promise<void>((resolve) => later(resolve, LOOK_MS));
    const whole = hub.shares.withKey(part.key);
    if (whole !== undefined && part.queue !== null) {
      const some = new MessageQueue();
      some.append(part.queue.bytesFrom(part.queue.head));
      whole.insert(some);
    }
    hub.shares.end(part);
  }
}
