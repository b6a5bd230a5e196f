import type { Principal } from "../../auth/principal.ts";
import type { OutMessage } from "../../bridges/client/types.ts";
import { sidesOf, swapped } from "../../bridges/pattern.ts";
import type { ForwardRoute } from "../../bridges/types.ts";
import type { PublishPacket } from "../../codec/index.ts";
import type { Broker } from "../../fleet/types.ts";
import { secondsLeft } from "../../base/expiry.ts";
import { matches } from "../../topic/names.ts";
import { hopsIn, passed, withHops } from "./hops.ts";
import { type Incoming, publisherOf } from "./incoming.ts";
import type { BrokerNeeds } from "./needs.ts";
import { mayForward } from "./leaving.ts";
import { allRetained, type LocalRetained, localRetained } from "./retained-local.ts";

const NOTHING = new Uint8Array(0);

/** What comparing stands on. */
interface CompareHost {
  readonly needs: BrokerNeeds;
  readonly row: Broker;
  readonly incoming: Incoming;
  readonly principal: Principal;
  /** The remote has the session that we left: it lost nothing meanwhile. */
  readonly isPresent: boolean;
  /** The last row of the log when it began: what is newer is on its way by itself. */
  readonly since: number;
  /** Topics of the remote that news came on since it began. */
  readonly touched: ReadonlySet<string>;
  /** Local topics whose retained message the remote had, as far as this process saw. */
  readonly synced: Set<string>;
  send(message: OutMessage<null>): void;
  pause(): Promise<void>;
}
interface Compared {
  taken: number;
  sent: number;
  removed: number;
}

/** Makes the retained messages of both sides equal, where routes forward them. `remote` first, then `local`. */
export class Compare {
  readonly done: Compared = { taken: 0, sent: 0, removed: 0 };
  private readonly routes: readonly ForwardRoute[];
  private readonly place: string;
  private readonly own: string;
  private readonly seen: readonly Set<string>[];

  constructor(private readonly host: CompareHost) {
    const { row, needs } = host;
    this.routes = row.routes.filter((route) => route.direction === "forward");
    this.seen = this.routes.map(() => new Set());
    this.place = needs.directory.workspace(row.workspace)?.uuid ?? "";
    this.own = publisherOf(row).key;
  }
  /** Numbers of the free topics that may be forwarded: the workspace's, and its account's own. */
  private get spaces(): readonly number[] {
    const { row, principal } = this.host;
    return principal.space === null ? [row.workspace] : [row.workspace, principal.space];
  }
  get filters(): readonly string[] {
    return [...new Set(this.routes.map((route) => sidesOf(route).remote))];
  }

  /** A retained message of the remote. */
  remote(packet: PublishPacket): void {
    for (const [i, route] of this.routes.entries()) {
      if (!matches(sidesOf(route).remote, packet.topic)) continue;
      const topic = swapped(packet.topic, route.remote_prefix, route.local_prefix);
      if (topic === null) continue;
      this.seen[i]?.add(topic);
      this.weigh(route, packet, topic);
    }
  }
  private ours(topic: string): LocalRetained | null {
    const { retained } = this.host.needs.ingest.commits;
    for (const space of this.spaces) {
      const found = localRetained(retained, space, topic);
      if (found !== null) return found;
    }
    return null;
  }
  private weigh(route: ForwardRoute, packet: PublishPacket, topic: string): void {
    const { touched, synced, since, incoming, principal } = this.host;
    const local = this.ours(topic);
    if (local !== null && Buffer.compare(local.payload, packet.payload) === 0) {
      synced.add(topic);
      return;
    }
    if (touched.has(packet.topic) || (local !== null && local.seq > since)) return;
    const isOurs = hopsIn(packet.properties?.userProperties).places.includes(this.place);
    if (route.way === "out" || isOurs) {
      if (route.way === "in") return;
      if (local !== null) this.send(route, local);
      // it is ours, and not here any more: it was deleted while nobody could be told
      else if (isOurs) this.remove(packet.topic, route);
      return;
    }
    const refusal = incoming.publish(topic, { ...packet, qos: route.qos, retain: true }, principal);
    if (refusal !== null) return;
    this.done.taken++;
    synced.add(topic);
  }

  /** Retained messages of ours that the remote does not have. */
  async local(): Promise<void> {
    const { needs, since, synced, isPresent, incoming, principal, pause } = this.host;
    const { retained } = needs.ingest.commits;
    for (const [i, route] of this.routes.entries())
      for await (const one of allRetained(retained, this.spaces, sidesOf(route).local, pause)) {
        const { topic, publisher, seq } = one;
        if (this.seen[i]?.has(topic) || seq > since) continue;
        const isTheirs = publisher === this.own;
        const wasThere = isTheirs || synced.has(topic);
        if (route.way === "in" ? isTheirs : route.way === "both" && wasThere && isPresent) {
          const packet: PublishPacket = { type: "publish", topic, payload: NOTHING, qos: 1, dup: false, retain: true };
          if (incoming.publish(topic, packet, principal) === null) this.done.removed++;
          synced.delete(topic);
        } else if (route.way !== "in" && !(route.way === "out" && isTheirs)) this.send(route, one);
      }
  }
  private send(route: ForwardRoute, { topic: local, payload, properties, qos, deadline }: LocalRetained): void {
    const { needs, row, principal } = this.host;
    const topic = swapped(local, route.local_prefix, route.remote_prefix);
    if (topic === null || !mayForward(principal, row.workspace, local)) return;
    const hops = hopsIn(properties?.userProperties);
    if (hops.count >= row.hops && hops.from !== 0 && hops.from !== row.uid) return;
    const expiry = deadline === 0 ? {} : { messageExpiryInterval: secondsLeft(deadline, needs.clock.steady()) };
    const userProperties = withHops(properties?.userProperties, passed(hops, this.place));
    const least = qos < route.qos ? qos : route.qos;
    this.host.send({
      topic,
      payload,
      qos: least,
      retain: true,
      properties: { ...properties, ...expiry, userProperties },
      token: null,
    });
    this.done.sent++;
    this.host.synced.add(local);
  }
  private remove(topic: string, { qos }: ForwardRoute): void {
    this.host.send({ topic, payload: NOTHING, qos, retain: true, token: null });
    this.done.removed++;
  }
}
