import type { Authority } from "../../auth/authority.ts";
import type { Principal } from "../../auth/principal.ts";
import { Refusal } from "../../base/errors.ts";
import type { Clock } from "../../base/types.ts";
import { type RouteReader, routeReader } from "../../bridges/maps/index.ts";
import { Memory, type Mapped, type MapRequest } from "../../bridges/maps/types.ts";
import type { Arrived, ArrivedOutcome, InRoute } from "../../bridges/types.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { Broker } from "../../fleet/types.ts";
import type { ProductNode } from "../../fleet/nodes.ts";
import { hashOf } from "../../networks/bytes.ts";
import type { Inbound } from "../inbound/inbound.ts";
import type { Incoming, Received } from "../types.ts";

interface Needs {
  readonly directory: Directory;
  readonly authority: Pick<Authority, "principalOf">;
  readonly inbound: Pick<Inbound, "receive" | "unreadable">;
  readonly clock: Clock;
}

/** Errors after which a message may come again and be stored; all others would come for ever. */
const AGAIN: ReadonlySet<string> = new Set(["storage_unavailable", "clock_not_set", "overloaded"]);

/** Makes measurements of what arrives from external brokers, by the maps of their routes. Its `arrived` is an `ArrivalPort`. */
export class BrokerArrivals {
  /** A changed route is another object. */
  private readonly readers = new WeakMap<InRoute, RouteReader | null>();
  /** What maps have learned, by broker and map. */
  private readonly memories = new Map<number, Map<string, Memory>>();

  constructor(private readonly needs: Needs) {
    needs.directory.onChange((changes) => {
      for (const change of changes)
        if (change.kind === "broker" && change.op === "delete") this.memories.delete(change.uid);
    });
  }

  /** See `ArrivalPort`. */
  async arrived(message: Arrived, account: string): Promise<ArrivedOutcome> {
    const reader = this.readerOf(message.route);
    if (reader === null) return problem("The map of the route cannot be used any more: set it anew.");
    const principal = this.needs.authority.principalOf(account);
    if (principal === undefined) return problem("The API user as which it acts is gone.");
    const product = this.productOf(reader, message.workspace);
    if (product === undefined)
      return problem(`The workspace has no product ${JSON.stringify(reader.product)}: name another one in the route.`);
    const { topic, payload } = message;
    const now = Math.floor(this.needs.clock.micros() / 1000);
    const read = reader.read?.({ topic, payload, now }, this.memoryOf(message.broker, reader)) ?? null;
    const incoming = incomingOf(message, { reader, principal, product, mapped: read?.ok ? read : null });
    if (read?.ok === false) {
      this.needs.inbound.unreadable(incoming, read.problem);
      return problem(read.problem);
    }
    if (read !== null && read.devices.length === 0 && read.events.length === 0) return outcomeOf(NOTHING);
    try {
      return outcomeOf(await this.needs.inbound.receive(incoming));
    } catch (error) {
      if (!(error instanceof Refusal) || AGAIN.has(error.code)) throw error;
      return problem(error.message);
    }
  }

  /** What is to be said to a remote so that it goes on telling; call it about once a second while it is connected. @param isDue once in a while */
  asks({ uid, routes }: Pick<Broker, "uid" | "routes">, isDue: boolean): readonly MapRequest[] {
    const asked = new Map<string, MapRequest>();
    for (const route of routes) {
      const reader = route.direction === "in" ? this.readerOf(route) : null;
      if (reader === null) continue;
      for (const one of reader.ask(this.memoryOf(uid, reader), isDue)) asked.set(one.topic, one);
    }
    return [...asked.values()];
  }

  /** null: no product is named. undefined: the one that is named is not there. */
  private productOf({ product }: RouteReader, workspace: number): ProductNode | null | undefined {
    if (product === null) return null;
    const found = this.needs.directory.product(product);
    return found?.row.workspace === workspace ? found : undefined;
  }
  private readerOf(route: InRoute): RouteReader | null {
    const known = this.readers.get(route);
    if (known !== undefined) return known;
    const made = routeReader(route.filter, route.map);
    const reader = "subscription" in made ? made : null;
    this.readers.set(route, reader);
    return reader;
  }
  private memoryOf(broker: number, { name }: RouteReader): Memory {
    const own = this.memories.get(broker) ?? new Map<string, Memory>();
    this.memories.set(broker, own);
    const memory = own.get(name) ?? new Memory();
    own.set(name, memory);
    return memory;
  }
}

interface Read {
  readonly reader: RouteReader;
  readonly principal: Principal;
  readonly product: ProductNode | null;
  readonly mapped: Mapped | null;
}
function incomingOf(message: Arrived, { reader, principal, product, mapped }: Read): Incoming {
  const { topic, payload, name, workspace } = message;
  return {
    way: "broker",
    network: name,
    remote: null,
    request: null,
    topic,
    body: payload,
    product,
    events: mapped?.events ?? [],
    principal,
    dedupeKeys: message.retained ? [keptKey(message)] : [],
    bridged: { workspace, map: reader.name, parts: reader.parts(topic) ?? {}, mapped },
  };
}
/** What the remote had kept is told at each new subscription; it is no new measurement each time. */
function keptKey({ broker, topic, payload }: Arrived): string {
  return `kept:${broker}:${topic}:${hashOf(Buffer.from(payload).toString("latin1"))}`;
}

const NOTHING = { stored: 0, refused: 0, unknown: 0, suggested: 0 };
function outcomeOf({ stored, refused, unknown, suggested }: Omit<Received, "repeated">): ArrivedOutcome {
  return { stored, refused: refused - suggested, unknown: unknown + suggested, problem: null };
}
function problem(text: string): ArrivedOutcome {
  return { stored: 0, refused: 0, unknown: 0, problem: text };
}
