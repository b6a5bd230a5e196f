import { errorText } from "../../base/errors.ts";
import type { Principal } from "../../auth/principal.ts";
import { publishProperties } from "../../codec/index.ts";
import { swapped } from "../../bridges/pattern.ts";
import type { CommittedRow } from "../../feed/row.ts";
import type { Broker } from "../../fleet/types.ts";
import { specOf } from "../../measure/types.ts";
import { type Hops, hopsIn, NO_HOPS, passed, withHops } from "./hops.ts";
import type { Leaving } from "./leaving.ts";
import type { BrokerNeeds } from "./needs.ts";
import type { Seen } from "./route-maker.ts";
import { type Target, Targets } from "./targets.ts";

const utf8 = new TextDecoder();

/** From committed rows to what leaves for one remote. */
export class Routing {
  private readonly targets: Targets;
  /** The properties of what begins its way here, without any of its own. */
  private readonly begun: { readonly userProperties: ReturnType<typeof withHops> };
  private readonly place: string;
  /** Whether the connection says how a message came: only then what came from elsewhere is passed on. */
  tellsHops = false;

  constructor(
    private readonly needs: Pick<BrokerNeeds, "directory" | "series" | "topics" | "call" | "clock">,
    private readonly row: Broker,
    /** Hears of what could not be made, and why. */
    private readonly problem: (route: number, text: string) => void,
  ) {
    this.place = needs.directory.workspace(row.workspace)?.uuid ?? "";
    this.targets = new Targets(needs, row);
    this.begun = { userProperties: withHops(undefined, passed(NO_HOPS, this.place)) };
  }
  get any(): boolean {
    return this.targets.any;
  }
  forget(): void {
    this.targets.forget(); // names may have changed
  }

  /** What leaves of a row. */
  of(row: CommittedRow, principal: Principal): Leaving[] {
    if (row.isMessage) return this.ofMessage(row, principal);
    if (!row.isPublished) return [];
    const { series } = this.needs;
    const device = series.device(row.series);
    const field = series.field(row.series);
    if (!device || !field || device.product.row.workspace !== this.row.workspace) return [];
    const topic = this.needs.topics.dataTopic(device.product.row.slug, device.row.id, field.row.id);
    const targets = this.targets.of(topic);
    if (targets.length === 0 || !principal.mayView(device)) return [];
    const text = row.buf.slice(row.payloadAt, row.payloadEnd);
    const seen: Seen = {
      ...{ topic, workspace: String(this.row.workspace), text, now: row.time },
      measured: { device, field, value: row.value(specOf(field.row.type).form), time: row.time },
    };
    return targets.flatMap((target) => this.leaving(target, row, seen, NO_HOPS, undefined, null));
  }
  private ofMessage(row: CommittedRow, principal: Principal): Leaving[] {
    // what is described to its account as Home Assistant goes on alike
    if (row.workspace !== this.row.workspace && row.workspace !== principal.space) return [];
    const topic = utf8.decode(row.topic);
    const targets = this.targets.of(topic);
    if (targets.length === 0 || !principal.mayReceive(row.workspace, topic)) return [];
    const { buf, propsAt, payloadAt, payloadEnd } = row;
    const properties = payloadAt > propsAt ? publishProperties(buf, propsAt, payloadAt) : undefined;
    const hops = hopsIn(properties?.userProperties);
    const text = buf.slice(payloadAt, payloadEnd);
    const seen: Seen = {
      topic,
      workspace: String(row.workspace),
      text,
      measured: null,
      now: this.needs.clock.micros(),
    };
    return targets.flatMap((target) => this.leaving(target, row, seen, hops, properties, row));
  }
  /** Whether it may go on to this remote: not back, and not through more brokers than allowed. */
  private mayPass({ count, from }: Hops): boolean {
    if (count === 0) return true;
    return this.tellsHops && from !== this.row.uid && count < this.row.hops;
  }

  private leaving(
    { place, route, maker }: Target,
    row: CommittedRow,
    seen: Seen,
    hops: Hops,
    properties: ReturnType<typeof publishProperties>,
    message: CommittedRow | null,
  ): Leaving[] {
    if (!this.mayPass(hops)) return [];
    const isOut = route.direction === "out";
    const expiry = isOut ? route.expiry : null;
    const leaving = begun(row, place, seen, isOut && route.max_age !== null ? route.max_age * 1e6 : null);
    const least = message === null ? route.qos : message.qos < route.qos ? message.qos : route.qos;
    const qos = least === 2 ? 2 : least === 1 ? 1 : 0;
    const retain = isOut ? route.retain : (message?.retain ?? false);
    const told = () => {
      const isBare = message === null && isOut;
      if (properties === undefined && hops === NO_HOPS && expiry === null) return isBare ? {} : this.begun;
      const own = isOut ? {} : properties;
      const userProperties = withHops(properties?.userProperties, passed(hops, this.place));
      return { ...own, ...(!isBare && { userProperties }), ...(expiry !== null && { messageExpiryInterval: expiry }) };
    };
    const put = (topic: string, payload: Uint8Array) => {
      leaving.message = { topic, payload, qos, retain, properties: told(), token: leaving };
    };
    if (maker === null) {
      const topic = isOut ? null : swapped(seen.topic, route.local_prefix, route.remote_prefix);
      if (topic === null) return [];
      put(topic, seen.text);
      return [leaving];
    }
    try {
      const made = maker.make(seen);
      if (made instanceof Promise)
        leaving.making = made.then(
          (one) => (one === null ? undefined : put(one.topic, one.payload)),
          (error: unknown) => this.problem(place, errorText(error)),
        );
      else put(made.topic, made.payload);
      return [leaving];
    } catch (error) {
      this.problem(place, errorText(error));
      return [];
    }
  }
}

/** Something that leaves, and is not made yet. */
function begun(row: CommittedRow, route: number, seen: Seen, maxAge: number | null): Leaving {
  return {
    seq: row.seq,
    route,
    time: seen.measured?.time ?? null,
    maxAge,
    deadline: row.deadline,
    device: seen.measured?.device ?? null,
    local: seen.topic,
    size: seen.text.length + seen.topic.length + 64,
    message: null,
    making: null,
    isOver: false,
    tries: 0,
    told: null,
  };
}
