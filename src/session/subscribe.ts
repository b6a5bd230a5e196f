import type { PlatformTopics } from "../topic/platform.ts";
import { parseShare } from "../topic/names.ts";

/** What a subscriber may do, as far as granting a filter depends on it. */
export interface SubscriberScope {
  readonly operate: boolean;
  couldEverView(filter: { readonly product: string | null; readonly device: string | null }): boolean;
  /** Rights on free topics, and topics of its own, also on an instance without free topics; null: none. */
  readonly free: { couldReceive(filter: string): boolean; readonly own?: object | null } | null;
}
export type Decision =
  | { readonly granted: true; readonly canonical: string; readonly note: string | null }
  | { readonly granted: false; readonly reason: number; readonly message: string };

/** Characters of a filter that a Reason String quotes. */
const MOST_SHOWN = 300;

function refuse(reason: number, message: string): Decision {
  return { granted: false, reason, message };
}

/**
 * Whether a filter is granted (wire contract section 7): refused by the scope of rights, never by what exists, and only
 * where no topic under it could ever be allowed.
 * @returns v5 reason codes: 0x8F malformed filter, 0x87 not allowed
 */
export function decideSubscription(
  filter: string,
  topics: PlatformTopics,
  who: SubscriberScope,
  maxLevels: number,
): Decision {
  const parsed = parseShare(filter, maxLevels);
  if (parsed === null) return refuse(0x8f, `This is not a topic filter, or it has more than ${maxLevels} levels.`); // [MQTT-4.7.1-1] [departs from MQTT-4.13.1-1]
  // a shared one is judged by the filter within
  const { canonical, changed } = topics.canonicalFilter(parsed.filter);
  const shared = parsed.share === null ? "" : `$share/${parsed.share}/`;
  const note = changed ? `The filter is read as ${(shared + canonical).slice(0, MOST_SHOWN)}` : null;
  const scope = topics.classifyFilter(canonical);
  if (scope.publishTree)
    return refuse(0x87, `Nothing is delivered on ${topics.prefix}-pub/…; subscribe to ${topics.prefix}/… instead.`);
  if (scope.sys) {
    if (who.operate) return { granted: true, canonical, note };
    return refuse(0x87, "$SYS needs the instance permission operate.");
  }
  if (scope.errors) return { granted: true, canonical, note };
  if (scope.data && who.couldEverView(scope)) return { granted: true, canonical, note };
  if (scope.free && (topics.freeTopics || who.free?.own)) {
    if (who.free?.couldReceive(canonical)) return { granted: true, canonical, note };
    return refuse(0x87, whyNoFree(who));
  }
  if (scope.data) return refuse(0x87, "This account may not view any device under this filter.");
  const { prefix } = topics;
  const off = scope.free ? " Free topics are off on this instance (--free-topics)." : "";
  return refuse(0x87, `No topic matches this; measurements are on ${prefix}/<product>/<device>/<FIELD>.${off}`);
}

/** Why an account may not hear any free topic under a filter. */
function whyNoFree({ free }: SubscriberScope): string {
  if (free !== null) return "This account's rights on free topics leave nothing under this filter.";
  return "This account has no rights on free topics: an API user needs a grant (free_topics), a person to be owner or admin in exactly one workspace.";
}
