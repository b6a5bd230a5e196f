import type { StoredSubscription } from "../store/ports.ts";
import { parseShare } from "../topic/names.ts";
import type { PlatformTopics } from "../topic/platform.ts";
import type { Outlet } from "./outlet.ts";

/** A subscription that was granted. */
export interface Subscription extends StoredSubscription {
  readonly outlet: Outlet;
  /** The filter as the platform reads it (wire contract section 4), without $share/<name>/; what the trie holds. */
  readonly canonical: string;
  /** It is a shared one. */
  readonly shared: boolean;
}

/** A filter, found valid, as the platform reads it: without $share/<name>/. */
export function canonicalOf(topics: PlatformTopics, filter: string): string {
  return topics.canonicalFilter(parseShare(filter, Number.POSITIVE_INFINITY)?.filter ?? filter).canonical;
}
/** A subscription from what is stored of it; its filter was found valid. */
export function subscriptionOf(topics: PlatformTopics, outlet: Outlet, stored: StoredSubscription): Subscription {
  const shared = stored.filter.startsWith("$share/");
  return { ...stored, outlet, canonical: canonicalOf(topics, stored.filter), shared };
}
/** A subscription as the store takes it. */
export function storedForm(s: Subscription): StoredSubscription {
  const { filter, qos, noLocal, retainAsPublished, retainHandling, identifier, sinceSeq } = s;
  return { filter, qos, noLocal, retainAsPublished, retainHandling, identifier, sinceSeq };
}

/** Key of a shared subscription among all. */
export function shareKey(scope: string, filter: string): string {
  return `${scope}\0${filter}`;
}
