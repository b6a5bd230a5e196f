import type { Principal } from "../../auth/principal.ts";
import { deadlineOf } from "../../base/expiry.ts";
import { createPublishView, type PublishPacket, writeForwarded } from "../../codec/index.ts";
import { sidesOf, subscriptionOf, swapped } from "../../bridges/pattern.ts";
import type { ForwardRoute, InRoute } from "../../bridges/types.ts";
import type { Broker } from "../../fleet/types.ts";
import type { Publisher } from "../../ingest/batch.ts";
import { NO_EXTRAS } from "../../ingest/ingest.ts";
import type { PublishRefusal } from "../../ingest/refused.ts";
import { matches } from "../../topic/names.ts";
import { hopsIn, passed, withHops } from "./hops.ts";
import type { BrokerNeeds } from "./needs.ts";

const utf8 = new TextEncoder();

/** What a remote sends, until it is stored here. */
export class Incoming {
  private readonly maps: readonly { readonly filter: string; readonly route: InRoute }[];
  private readonly forwards: readonly { readonly filter: string; readonly route: ForwardRoute }[];
  private readonly place: string;
  readonly publisher: Publisher;

  constructor(
    private readonly needs: BrokerNeeds,
    private readonly row: Broker,
  ) {
    this.place = needs.directory.workspace(row.workspace)?.uuid ?? "";
    this.publisher = publisherOf(row);
    this.maps = row.routes.flatMap((route) =>
      route.direction === "in" ? [{ filter: subscriptionOf(route.filter), route }] : [],
    );
    this.forwards = row.routes.flatMap((route) =>
      route.direction === "forward" && route.way !== "out" ? [{ filter: sidesOf(route).remote, route }] : [],
    );
  }

  /**
   * Takes a message. @returns resolves when what follows from it is durable; null: nothing of it waits for a commit.
   * @throws Refusal (rejects) storage_unavailable
   */
  take(packet: PublishPacket, principal: Principal, refused: (text: string) => void): Promise<unknown> | null {
    const waits: Promise<unknown>[] = [];
    const hops = hopsIn(packet.properties?.userProperties);
    const wasHere = hops.places.includes(this.place);
    for (const { filter, route } of this.forwards) {
      if (wasHere || !matches(filter, packet.topic)) continue;
      const topic = swapped(packet.topic, route.remote_prefix, route.local_prefix);
      if (topic === null) continue;
      const refusal = this.publish(topic, packet, principal);
      if (refusal === null) waits.push(this.committed());
      else refused(`${topic}: ${refusal.message}`);
    }
    for (const { filter, route } of this.maps) {
      if (!matches(filter, packet.topic)) continue;
      const { uid, name, workspace } = this.row;
      const { topic, payload, qos, dup: repeated, properties = {} } = packet;
      // where a forwarding route has the flag kept as it was published, it says nothing of news
      const retained = packet.retain && !this.forwards.some((one) => matches(one.filter, topic));
      const arrived = { broker: uid, name, workspace, route, topic, payload, qos, retained, repeated, properties };
      const outcome = this.needs.arrived(arrived, principal.key);
      waits.push(
        outcome.then(({ problem, refused: rows }) => {
          if (problem !== null) refused(`${topic}: ${problem}`);
          else if (rows > 0) refused(`${topic}: ${rows} values were refused`);
        }),
      );
    }
    return waits.length === 0 ? null : Promise.all(waits);
  }
  /** Publishes it here, as its account. @returns why not */
  publish(topic: string, packet: PublishPacket, principal: Principal): PublishRefusal | null {
    const { ingest, clock } = this.needs;
    const name = utf8.encode(topic);
    const refusal = ingest.messages.isFree(name, 0, name.length)
      ? this.free(name, packet, principal)
      : ingest.publish(principal, topic, null, packet.payload, 0, packet.payload.length, clock.micros(), NO_EXTRAS);
    if (refusal !== null) ingest.reportPublish(principal, refusal, topic, packet.payload.slice(0, 260), clock.micros());
    return refusal;
  }
  private free(name: Uint8Array, packet: PublishPacket, principal: Principal): PublishRefusal | null {
    const { ingest, clock } = this.needs;
    const { payload, qos, retain, properties } = packet;
    const way = passed(hopsIn(properties?.userProperties), this.place);
    const userProperties = withHops(properties?.userProperties, { ...way, from: this.row.uid });
    const { subscriptionIdentifiers: _, topicAlias: _alias, messageExpiryInterval: expiry, ...kept } = properties ?? {};
    const forwarded = writeForwarded({ ...kept, userProperties });
    const buf = Buffer.concat([forwarded, payload]);
    const view = {
      ...createPublishView(),
      qos,
      retain,
      propsEnd: forwarded.length,
      payloadStart: forwarded.length,
      payloadEnd: buf.length,
    };
    const found = ingest.messages.find(principal, name, 0, name.length);
    if (found === null) return ingest.messages.whyNot(principal, name, 0, name.length);
    return ingest.messages.accept(
      this.publisher,
      found,
      view,
      buf,
      expiry === undefined ? 0 : deadlineOf(expiry, clock.steady()),
    );
  }
  /** Resolves when what was put into the commit that is being collected is durable. */
  private committed(): Promise<void> {
    return this.needs.ingest.commits.durable();
  }
}
/** As whom it publishes on free topics: by that what it brought is known again. */
export function publisherOf({ uid, account }: Pick<Broker, "uid" | "account">): Publisher {
  return { key: `a:${account}\0broker:${uid}`, stored: 0 };
}
