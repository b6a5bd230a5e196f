import type { Principal } from "../auth/principal.ts";
import type { Publisher } from "../ingest/batch.ts";
import type { FreeTopic } from "../ingest/free-topic.ts";
import type { FilterTrie } from "../topic/trie.ts";
import type { Outlet } from "./outlet.ts";
import { MOST_IDS } from "./routes.ts";
import type { ShareGroup } from "./share.ts";
import type { Subscription } from "./subscription.ts";

/** What an outlet gets of a topic: one copy at the highest QoS, with all subscription identifiers. */
export interface Target {
  readonly outlet: Outlet;
  /** The subscriptions'; a message goes at this or its own, whichever is lower [MQTT-3.8.4-8]. */
  qos: 0 | 1 | 2;
  /** RETAIN is sent on as published [MQTT-3.3.1-12] [MQTT-3.3.1-13]. */
  retainAsPublished: boolean;
  ids: number[] | null;
  /** What it gets of its own messages, where that differs: without No Local ones [MQTT-3.8.3-3]; null: nothing. */
  own?: Target | null;
  /** Targets of one form get the same bytes at QoS 0; they stand together. -1: it stands alone. */
  form: number;
}
/** Who gets a topic. */
export interface FreeRoute {
  readonly targets: readonly Target[];
  /** Shared subscriptions of which a member gets it. */
  readonly shares: readonly ShareGroup[];
}

interface Stamp {
  at: number;
}
interface Cached extends FreeRoute {
  readonly at: number;
  readonly stamps: readonly [Stamp, Stamp];
}

/** Stamps that are kept; then all routes are made anew. */
const MOST_STAMPS = 100_000;

/**
 * From free topics to those who get them, by the trie of all subscriptions; workspace and rights are looked at when a
 * route is made. A route is kept with its topic. A change of rights makes all of them old; a change of a subscription
 * those of the topics that begin with the literal first level, or first two levels, of its filter.
 */
export class FreeRoutes {
  private now = 1;
  private changedAt = 0;
  private stamps = new Map<string, Stamp>();

  /** @param sharesOf the shared subscriptions that match a topic */
  constructor(
    private readonly trie: FilterTrie<Subscription, string>,
    private readonly sharesOf: (levels: readonly string[]) => readonly ShareGroup[],
  ) {}

  /** Everything is old. */
  changed(): void {
    this.changedAt = this.now++;
    this.stamps = new Map();
  }
  /** A subscription with this filter came or went. */
  concerned(filter: string): void {
    const [first = "#", second = "#"] = filter.split("/", 2);
    if (first === "#" || first === "+") return this.changed();
    // without a stamp no route depends on it
    const stamp = this.stamps.get(second === "#" || second === "+" ? first : `${first}/${second}`);
    if (stamp) stamp.at = this.now++;
    // `a` is matched by `a` alone, which stands here as `a/#` would
  }
  private stamp(name: string): Stamp {
    const known = this.stamps.get(name);
    if (known) return known;
    const made: Stamp = { at: 0 };
    this.stamps.set(name, made);
    return made;
  }

  /** The route of a topic. */
  of(topic: FreeTopic): FreeRoute {
    const known = topic.route as Cached | null; // only this method sets it
    if (known !== null && known.at > this.changedAt && known.at > known.stamps[0].at && known.at > known.stamps[1].at)
      return known;
    if (this.stamps.size >= MOST_STAMPS) this.changed();
    const levels = topic.name.split("/");
    const [first = "", second] = levels;
    const one = this.stamp(first);
    const stamps = [one, second === undefined ? one : this.stamp(`${first}/${second}`)] as const;
    const targets = this.make(topic.workspace, topic.name, levels);
    const shares = this.shares(topic.workspace, topic.name, levels);
    const made: Cached = { targets, shares, at: this.now++, stamps };
    topic.route = made;
    return made;
  }

  /** One target for each outlet that may receive the topic, over its subscriptions older than log row `seq`. */
  make(workspace: number, name: string, levels: readonly string[], seq = Number.POSITIVE_INFINITY): Target[] {
    const found = new Map<Outlet, Target>();
    const locals: Subscription[] = [];
    this.trie.match(levels, (s) => {
      if (s.sinceSeq >= seq || !receives(s.outlet.principal, workspace, name)) return;
      if (s.noLocal) locals.push(s);
      const have = found.get(s.outlet);
      if (have === undefined) found.set(s.outlet, targetOf(s));
      else add(have, s);
    });
    for (const { outlet } of locals) this.own(found.get(outlet), levels, seq);
    const targets = [...found.values()];
    return targets.length > 1 ? inForms(targets) : targets;
  }
  /** The shared subscriptions that match, as far as somebody in them may receive the topic. */
  shares(workspace: number, name: string, levels: readonly string[]): readonly ShareGroup[] {
    const groups = this.sharesOf(levels);
    return groups.length === 0 ? groups : groups.filter((g) => g.some((who) => receives(who, workspace, name)));
  }
  /** Finds out what an outlet with a No Local subscription gets of its own messages. */
  private own(target: Target | undefined, levels: readonly string[], seq: number): void {
    if (target === undefined || target.own !== undefined) return;
    target.own = null;
    this.trie.match(levels, (s) => {
      if (s.outlet !== target.outlet || s.noLocal || s.sinceSeq >= seq) return;
      if (target.own) add(target.own, s);
      else target.own = targetOf(s);
    });
  }
}

/** Whether a message of this workspace and topic may be delivered to an account. */
export function receives({ free }: Principal, workspace: number, topic: string): boolean {
  return free !== null && free.workspace === workspace && (free.all || free.mayReceive(topic));
}

/** What an outlet gets of its own message, or of another's; null: nothing. */
export function targetFor(target: Target, sender: Publisher | null): Target | null {
  return target.own !== undefined && target.outlet === sender ? target.own : target;
}

function targetOf(s: Subscription): Target {
  const { outlet, qos, retainAsPublished, identifier } = s;
  return { outlet, qos, retainAsPublished, ids: identifier > 0 ? [identifier] : null, form: -1 };
}
function add(target: Target, s: Subscription): void {
  if (s.qos > target.qos) target.qos = s.qos;
  target.retainAsPublished ||= s.retainAsPublished;
  if (s.identifier === 0 || (target.ids?.length ?? 0) >= MOST_IDS) return;
  target.ids ??= [];
  target.ids.push(s.identifier);
}
/** Puts targets of one form together. */
function inForms(targets: readonly Target[]): Target[] {
  const forms = new Map<string, Target[]>();
  for (const target of targets) {
    const { outlet, ids, retainAsPublished } = target;
    const form = `${outlet.version === 5} ${retainAsPublished} ${ids?.join(",") ?? ""}`;
    const some = forms.get(form);
    if (some) some.push(target);
    else forms.set(form, [target]);
  }
  let n = 0;
  for (const some of forms.values()) {
    if (some.length > 1) for (const target of some) target.form = n;
    n++;
  }
  return [...forms.values()].flat();
}
