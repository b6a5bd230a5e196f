import type { Publisher } from "../ingest/batch.ts";
import type { FreeTopic } from "../ingest/free-topic.ts";
import type { Seq } from "../store/ports.ts";
import type { FilterTrie } from "../topic/trie.ts";
import type { Outlet } from "./outlet.ts";
import type { ShareGroup } from "./share.ts";
import { MOST_IDS, NO_SPAN, type Span } from "./span.ts";
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
  /** Of the generation that holds it. */
  generation: number;
}
/** Stands with a topic that was used once: its route is kept from the second use on. */
const ONCE = Symbol("used once");

/** Stamps that are kept; then all routes are made anew. */
const MOST_STAMPS = 100_000;
/** Characters of a topic's first levels that tell stamps apart; longer ones share one, and are made anew more often. */
const MOST_KEY = 128;
/**
 * Weight of all routes that are kept: targets, and what a route takes besides. A target takes about 100 bytes. A route
 * that is heavier by itself is kept all the same: what goes to very many is what must not be looked for each time.
 */
const MOST_WEIGHT = 400_000;
/** Of a route without targets. */
const OWN_WEIGHT = 4;

/**
 * From free topics to those who get them, by the trie of all subscriptions; workspace and rights are looked at when a
 * route is made. A route is kept with its topic from the topic's second use on, and all of them up to a weight, so that
 * topics that are used once cost their subscribers nothing. A change of rights makes all of them old; a change of a
 * subscription those of the topics that begin with the literal first level, or first two levels, of its filter; what is
 * old is let go within a second.
 */
export class FreeRoutes {
  private now = 1;
  private changedAt = 0;
  private stamps = new Map<string, Stamp>();
  /** Two generations of topics whose routes are kept: what of the old one is not used again goes when the young one is full. */
  private young: FreeTopic[] = [];
  private old: FreeTopic[] = [];
  private youngWeight = 0;
  private oldWeight = 0;
  private generation = 0;
  /** Some may be old since the last sweep. */
  private stale = false;
  /** Routes that were let go since they were too many. */
  dropped = 0;

  /** @param sharesOf the shared subscriptions that match a topic @param mostWeight of the routes that are kept */
  constructor(
    private readonly trie: FilterTrie<Subscription, string>,
    private readonly sharesOf: (levels: readonly string[]) => readonly ShareGroup[],
    private readonly mostWeight = MOST_WEIGHT,
  ) {}

  /** Of all routes that are kept: about one for each 100 bytes. */
  get weight(): number {
    return this.youngWeight + this.oldWeight;
  }

  /** Everything is old. */
  changed(): void {
    this.stale = true;
    this.changedAt = this.now++;
    this.stamps = new Map();
  }
  /** A subscription with this filter came or went. */
  concerned(filter: string): void {
    const [first = "#", second = "#"] = filter.split("/", 2);
    if (first === "#" || first === "+") return this.changed();
    // without a stamp no route depends on it
    const stamp = this.stamps.get(keyOf(second === "#" || second === "+" ? first : `${first}/${second}`));
    if (stamp) {
      stamp.at = this.now++;
      this.stale = true;
    }
    // `a` is matched by `a` alone, which stands here as `a/#` would
  }
  private stamp(whole: string): Stamp {
    const name = keyOf(whole);
    const known = this.stamps.get(name);
    if (known) return known;
    const made: Stamp = { at: 0 };
    this.stamps.set(name, made);
    return made;
  }

  /** The route of a topic. */
  of(topic: FreeTopic): FreeRoute {
    const known = topic.route as Cached | typeof ONCE | null; // only this class sets it
    if (known !== null && known !== ONCE && this.holds(known)) {
      if (known.generation !== this.generation) this.keep(topic, known);
      return known;
    }
    const levels = topic.name.split("/");
    const targets = this.make(topic.workspace, topic.name, levels);
    const shares = this.shares(topic.workspace, topic.name, levels);
    if (known === null) {
      topic.route = ONCE;
      return { targets, shares };
    }
    if (this.stamps.size >= MOST_STAMPS) this.changed();
    const [first = "", second] = levels;
    const one = this.stamp(first);
    const stamps = [one, second === undefined ? one : this.stamp(`${first}/${second}`)] as const;
    const made: Cached = { targets, shares, at: this.now++, stamps, generation: -1 };
    this.keep(topic, made);
    return made;
  }
  private holds(route: Cached): boolean {
    return route.at > this.changedAt && route.at > route.stamps[0].at && route.at > route.stamps[1].at;
  }
  /** Puts a topic's route into the young generation. */
  private keep(topic: FreeTopic, route: Cached): void {
    const weight = weightOf(route);
    if (this.youngWeight + weight > this.mostWeight / 2) this.turn();
    route.generation = this.generation;
    topic.route = route;
    this.young.push(topic);
    this.youngWeight += weight;
  }
  /** The young generation becomes the old one; what of that was not used again is let go. */
  private turn(): void {
    for (const topic of this.old) {
      const route = topic.route as Cached | typeof ONCE | null; // as in `of`
      if (route === null || route === ONCE || route.generation === this.generation) continue;
      topic.route = null;
      this.dropped++;
    }
    [this.old, this.oldWeight] = [this.young, this.youngWeight];
    [this.young, this.youngWeight] = [[], 0];
    this.generation++;
  }
  /** Lets go of what is old, and with it of the outlets that have left. Call it about once a second. */
  sweep(): void {
    if (!this.stale) return;
    this.stale = false;
    [this.young, this.youngWeight] = this.current(this.young, this.generation);
    [this.old, this.oldWeight] = this.current(this.old, this.generation - 1);
  }
  /** Those topics of a generation whose routes hold, and their weight. */
  private current(topics: readonly FreeTopic[], generation: number): [FreeTopic[], number] {
    const some: FreeTopic[] = [];
    let weight = 0;
    for (const topic of topics) {
      const route = topic.route as Cached | typeof ONCE | null; // as in `of`
      if (route === null || route === ONCE || route.generation !== generation) continue;
      if (this.holds(route)) {
        some.push(topic);
        weight += weightOf(route);
      } else topic.route = ONCE;
    }
    return [some, weight];
  }

  /**
   * One target for each outlet that may receive the topic, over its subscriptions older than log row `seq`.
   * @param span hears up to which row the answer is the same
   */
  make(
    workspace: number,
    name: string,
    levels: readonly string[],
    seq: Seq = Number.POSITIVE_INFINITY,
    span: Span = NO_SPAN,
  ): Target[] {
    span.until = Number.POSITIVE_INFINITY;
    const found = new Map<Outlet, Target>();
    const locals: Subscription[] = [];
    this.trie.match(levels, (s) => {
      if (s.sinceSeq >= seq) span.until = Math.min(span.until, s.sinceSeq);
      if (s.sinceSeq >= seq || !s.outlet.principal.mayReceive(workspace, name)) return;
      if (s.noLocal) locals.push(s);
      const have = found.get(s.outlet);
      if (have === undefined) found.set(s.outlet, targetOf(s));
      else add(have, s);
    });
    for (const { outlet } of locals) this.own(found.get(outlet), levels, seq);
    const targets = [...found.values()];
    return targets.length > 1 ? inForms(targets) : targets;
  }
  /** The shared subscriptions that match a topic and have a member who may receive it. */
  shares(workspace: number, name: string, levels: readonly string[]): readonly ShareGroup[] {
    const groups = this.sharesOf(levels);
    return groups.length === 0 ? groups : groups.filter((g) => g.concerns((who) => who.mayReceive(workspace, name)));
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

function weightOf({ targets, shares }: FreeRoute): number {
  let weight = OWN_WEIGHT + shares.length;
  for (const { ids } of targets) weight += ids === null ? 1 : 2;
  return weight;
}
function keyOf(name: string): string {
  return name.length <= MOST_KEY ? name : name.slice(0, MOST_KEY);
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
