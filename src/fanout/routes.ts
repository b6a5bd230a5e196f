import type { DeviceNode, FieldNode } from "../fleet/nodes.ts";
import type { Seq } from "../store/ports.ts";
import { FilterTrie } from "../topic/trie.ts";
import { FreeRoutes } from "./free-routes.ts";
import type { Outlet } from "./outlet.ts";
import type { ShareGroup } from "./share.ts";
import { MOST_IDS, NO_SPAN, type Span } from "./span.ts";
import type { Subscription } from "./subscription.ts";

/** What the bytes of a QoS 0 delivery depend on, beside the message. */
export interface Form {
  readonly v5: boolean;
  readonly ids: readonly number[] | null;
  /** The RETAIN flag of what is published now. */
  readonly retain: boolean;
}
/** Outlets that get the same bytes at QoS 0. */
export interface Group extends Form {
  readonly outlets: Outlet[];
}
/** An outlet that gets QoS 1 or 2, through its queue. */
interface Route {
  readonly outlet: Outlet;
  readonly qos: 1 | 2;
  readonly ids: readonly number[] | null;
  readonly retain: boolean;
}
/** A shared subscription of which a member gets it. */
export interface ShareRoute {
  readonly group: ShareGroup;
  /** It is published with RETAIN, for members that want it as published. */
  readonly retain: boolean;
}
/** Who gets a series' measurements; the same object for all series that go to the same outlets. */
export interface RouteSet {
  readonly groups: readonly Group[];
  readonly routes: readonly Route[];
  readonly shares: readonly ShareRoute[];
  readonly empty: boolean;
}

/**
 * What an outlet gets of one topic: one copy [MQTT-3.3.4-5] at the highest QoS [MQTT-3.3.4-2], with all subscription
 * identifiers [MQTT-3.3.4-4]. A measurement is published at QoS 2, so the QoS is the subscription's [MQTT-3.8.4-8].
 */
export interface Merged {
  readonly outlet: Outlet;
  qos: 0 | 1 | 2;
  retain: boolean;
  ids: number[] | null;
}

/** When the subscriptions of a product, or of one device, last changed. */
interface Stamp {
  at: number;
}
interface Cached {
  readonly set: RouteSet;
  readonly at: number;
  readonly product: Stamp;
  readonly device: Stamp;
}

/** Interned sets that are kept; beyond it they are made anew. */
const MOST_INTERNED = 100_000;

/**
 * The subscriptions, and from series to those who get it. Routes are cached per series. A change of anyone's rights makes
 * all of them old, so a route is never older than the rights it was made with; a change of a subscription only those
 * it can concern: of the device or the product that its filter names, otherwise all.
 */
export class Routes {
  /** Ordinary subscriptions. */
  readonly trie = new FilterTrie<Subscription, string>();
  /** Of the same subscriptions to free topics. */
  readonly free = new FreeRoutes(this.trie, (levels) => this.sharesOf(levels));
  /** Shared ones: their groups, not the members. */
  private readonly shares = new FilterTrie<ShareGroup, ShareGroup>();
  private now = 1;
  private changedAt = 0;
  private bySeries: (Cached | undefined)[] = [];
  private interned = new Map<string, RouteSet>();
  private readonly stamps = new Map<string, Stamp>();
  private readonly numbers = new WeakMap<Outlet | ShareGroup, number>();
  private nextNumber = 1;

  constructor(private readonly prefix: string) {}

  /** Everything cached is old. */
  changed(): void {
    this.changedAt = this.now++;
    this.interned = new Map();
    this.stamps.clear();
    this.free.changed();
  }
  add(subscription: Subscription): void {
    this.trie.add(subscription.canonical, keyOf(subscription), subscription);
    this.concerned(subscription.canonical);
  }
  remove(subscription: Subscription): void {
    this.trie.remove(subscription.canonical, keyOf(subscription));
    this.concerned(subscription.canonical);
  }
  addShare(group: ShareGroup): void {
    this.shares.add(group.canonical, group, group);
    this.concerned(group.canonical);
  }
  removeShare(group: ShareGroup): void {
    this.shares.remove(group.canonical, group);
    this.concerned(group.canonical);
  }
  /** Other accounts than before are in the group. */
  changedShare(group: ShareGroup): void {
    this.concerned(group.canonical);
  }
  /** The shared subscriptions that match a topic. */
  sharesOf(levels: readonly string[]): readonly ShareGroup[] {
    if (this.shares.size === 0) return NO_SHARES;
    const found: ShareGroup[] = [];
    this.shares.match(levels, (group) => found.push(group));
    return found;
  }
  /** The shared subscriptions that match a series and have a member who may read the device. */
  sharesOfSeries(device: DeviceNode, field: FieldNode): readonly ShareRoute[] {
    if (this.shares.size === 0) return NO_ROUTES;
    const { row } = device.product;
    const groups = this.sharesOf([this.prefix, row.slug, device.row.id, field.row.id]);
    return groups
      .filter((g) => g.concerns((principal) => principal.mayView(device)))
      .map((group) => ({ group, retain: row.retainLastValues }));
  }
  /** Makes old what a filter can concern. */
  private concerned(filter: string): void {
    const [root, product = "#", device = "#"] = filter.split("/", 3);
    if (root !== this.prefix || product === "+" || product === "#") {
      // other literal first levels match no series at all
      if (root === this.prefix || root === "+" || root === "#") this.changed();
      else this.free.concerned(filter);
      return;
    }
    const stamp = this.stamps.get(device === "+" || device === "#" ? product : `${product}/${device}`);
    // without a stamp nothing is cached for it
    if (stamp) stamp.at = this.now++;
  }
  private stamp(name: string): Stamp {
    const known = this.stamps.get(name);
    if (known) return known;
    const made: Stamp = { at: 0 };
    this.stamps.set(name, made);
    return made;
  }

  /** The routes of a series. */
  of(series: number, device: DeviceNode | null, field: FieldNode | null): RouteSet {
    const known = this.bySeries[series];
    if (known && known.at > this.changedAt && known.at > known.product.at && known.at > known.device.at)
      return known.set;
    if (!device || !field) return NOBODY;
    const slug = device.product.row.slug;
    const set = this.make(device, field);
    const at = this.now++;
    this.bySeries[series] = { set, at, product: this.stamp(slug), device: this.stamp(`${slug}/${device.row.id}`) };
    return set;
  }

  /**
   * One entry per outlet that may read the device, over all its matching subscriptions with seq above `sinceSeq`.
   * @param span hears up to which row the answer is the same
   */
  merge(
    device: DeviceNode,
    field: FieldNode,
    seq: Seq = Number.POSITIVE_INFINITY,
    span: Span = NO_SPAN,
  ): Map<Outlet, Merged> {
    span.until = Number.POSITIVE_INFINITY;
    const found = new Map<Outlet, Merged>();
    const retained = device.product.row.retainLastValues;
    const levels = [this.prefix, device.product.row.slug, device.row.id, field.row.id];
    this.trie.match(levels, (s) => {
      if (s.sinceSeq >= seq) span.until = Math.min(span.until, s.sinceSeq);
      if (s.sinceSeq >= seq || !s.outlet.principal.mayView(device)) return;
      const retain = retained && s.retainAsPublished; // [MQTT-3.3.1-12], [MQTT-3.3.1-13]
      const have = found.get(s.outlet);
      if (have === undefined) {
        found.set(s.outlet, { outlet: s.outlet, qos: s.qos, retain, ids: s.identifier > 0 ? [s.identifier] : null });
        return;
      }
      if (s.qos > have.qos) have.qos = s.qos;
      have.retain ||= retain;
      if (s.identifier > 0 && (have.ids?.length ?? 0) < MOST_IDS) {
        have.ids ??= [];
        have.ids.push(s.identifier);
      }
    });
    return found;
  }
  private make(device: DeviceNode, field: FieldNode): RouteSet {
    const groups = new Map<string, Group>();
    const routes: Route[] = [];
    let key = "";
    for (const m of this.merge(device, field).values()) {
      const form = `${m.outlet.version === 5} ${m.retain} ${m.ids?.join(",") ?? ""}`;
      key += `${this.numberOf(m.outlet)} ${m.qos} ${form};`;
      if (m.qos > 0) {
        routes.push({ outlet: m.outlet, qos: m.qos as 1 | 2, ids: m.ids, retain: m.retain }); // just tested
        continue;
      }
      const group = groups.get(form);
      if (group) group.outlets.push(m.outlet);
      else groups.set(form, { v5: m.outlet.version === 5, ids: m.ids, retain: m.retain, outlets: [m.outlet] });
    }
    const shares = this.sharesOfSeries(device, field);
    for (const { group, retain } of shares) key += `share ${this.numberOf(group)} ${retain};`;
    return this.intern(key, [...groups.values()], routes, shares);
  }
  private intern(
    key: string,
    groups: readonly Group[],
    routes: readonly Route[],
    shares: readonly ShareRoute[],
  ): RouteSet {
    const known = this.interned.get(key);
    if (known) return known;
    if (this.interned.size >= MOST_INTERNED) this.interned = new Map();
    const set: RouteSet = {
      groups,
      routes,
      shares,
      empty: groups.length === 0 && routes.length === 0 && shares.length === 0,
    };
    this.interned.set(key, set);
    return set;
  }
  private numberOf(outlet: Outlet | ShareGroup): number {
    const known = this.numbers.get(outlet);
    if (known !== undefined) return known;
    const number = this.nextNumber++;
    this.numbers.set(outlet, number);
    return number;
  }
}

const NOBODY: RouteSet = { groups: [], routes: [], shares: [], empty: true };
const NO_SHARES: readonly ShareGroup[] = [];
const NO_ROUTES: readonly ShareRoute[] = [];

/** A subscription's key in the trie: two spellings of a filter are two subscriptions. */
function keyOf(s: Subscription): string {
  return `${s.outlet.key}\0${s.filter}`;
}
