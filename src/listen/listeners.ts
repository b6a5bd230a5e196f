import { Refusal } from "../base/errors.ts";
import type { Log } from "../base/types.ts";
import type { KeyPair } from "./authority.ts";
import { listenFailure, NO_SUCH_KIND } from "./probe.ts";
import type { OwnNames } from "../http/kit/here.ts";
import { listenProxied } from "./proxied.ts";
import type { ListenerName, ListenerPlan } from "./plan.ts";
import { type Accept, type ClientCertificates, listenStream, type StreamTls } from "./stream.ts";
import type { OnRefused } from "./strangers.ts";
import type { Trusts } from "./trusted.ts";
import { listenWeb, type WebOptions } from "./web.ts";
import { type PlaceLimits, Places } from "./web/places.ts";

interface BoundAddress {
  readonly name: ListenerName;
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}
interface ListenerNeeds {
  readonly accept: Accept;
  readonly http: NonNullable<WebOptions["http"]>;
  readonly maxBody: number;
  readonly maxPacket: number;
  /** Of HTTP, all listeners together. */
  readonly places: PlaceLimits;
  readonly log: Log;
  readonly ownNames: OwnNames;
  /** Peers whose word counts about the addresses of clients. */
  readonly trusts: Trusts;
  /** Listeners on which those peers speak the PROXY protocol. */
  readonly proxied: readonly ListenerName[];
  readonly onRefused: (listener: ListenerName, ...refused: Parameters<OnRefused>) => void;
}
/** What secure listeners show, and what they ask clients for. */
export interface ListenerKeys extends KeyPair {
  readonly clients: ClientCertificates | null;
}
interface Open {
  readonly plan: ListenerPlan;
  port: number;
  /** Takes no new streams; open ones go on. */
  stop(): void;
}

const SECURE: ReadonlySet<ListenerName> = new Set(["mqtts", "https", "wss"]);

/** The listeners of the server (wire contract section 1). */
export class Listeners {
  private open: Open[] = [];
  /** What the secure listeners show now; null: there are none. */
  keys: ListenerKeys | null = null;
  private readonly places: Places;

  constructor(private readonly needs: ListenerNeeds) {
    this.places = new Places(needs.places);
  }
  /** Call it about once a second. @param now ms of a steady clock */
  tick(now: number): void {
    this.places.tick(now);
  }
  /** HTTP connections that are open. */
  get httpConnections(): number {
    return this.places.size;
  }

  /**
   * Opens all of them or none.
   * @throws Refusal invalid_config: one line that names the listener whose port is taken or cannot be opened
   */
  start(plans: readonly ListenerPlan[], keys: ListenerKeys | null): void {
    for (const plan of plans) {
      try {
        // on a port that others may share a taken port would not be noticed: it is tried alone first
        if (SECURE.has(plan.name)) this.openOne(plan, keys, false).stop();
        this.open.push(this.openOne(plan, keys, SECURE.has(plan.name)));
      } catch (error) {
        this.stop();
        throw new Refusal("invalid_config", listenFailure(plan, error, plans));
      }
    }
    this.keys = keys;
  }
  get addresses(): readonly BoundAddress[] {
    return this.open.map(({ plan, port }) => ({
      name: plan.name,
      host: plan.host,
      port,
      secure: SECURE.has(plan.name),
    }));
  }
  /**
   * New streams of the secure listeners get another certificate; open ones go on with theirs. All of them or none.
   * @throws what the system says when a listener cannot be opened with it
   */
  renew(keys: ListenerKeys): void {
    const fresh = new Map<Open, Open>();
    try {
      for (const old of this.open) {
        if (!SECURE.has(old.plan.name)) continue;
        fresh.set(old, { ...this.openOne({ ...old.plan, port: old.port }, keys, true), plan: old.plan });
      }
    } catch (error) {
      for (const listener of fresh.values()) listener.stop();
      throw error;
    }
    for (const old of fresh.keys()) old.stop();
    this.keys = keys;
    this.open = this.open.map((old) => fresh.get(old) ?? old);
  }
  stop(): void {
    for (const listener of this.open) listener.stop();
    this.open = [];
    this.places.endIdle();
  }

  private openOne(plan: ListenerPlan, keys: ListenerKeys | null, reusePort: boolean): Open {
    const clients = plan.name === "mqtts" ? (keys?.clients ?? null) : null;
    const tls = SECURE.has(plan.name) && keys ? { cert: keys.certPem, key: keys.keyPem, clients } : null;
    try {
      return this.listen(plan, plan.host, tls, reusePort);
    } catch (error) {
      // a machine without IPv6 has no "all interfaces" of both kinds
      const code = (error as { code?: string } | null)?.code ?? "";
      if (plan.host !== "::" || !NO_SUCH_KIND.has(code)) throw error;
      return this.listen(plan, "0.0.0.0", tls, reusePort);
    }
  }
  private listen(plan: ListenerPlan, hostname: string, tls: StreamTls | null, reusePort: boolean): Open {
    const { needs } = this;
    const onError = (error: unknown): void =>
      needs.log.debug({ listener: plan.name, error: String(error) }, "a stream failed");
    const onRefused: OnRefused = (...refused) => needs.onRefused(plan.name, ...refused);
    const common = { hostname, port: plan.port, tls, reusePort, onError, onRefused, trusts: needs.trusts };
    if (plan.name === "mqtt" || plan.name === "mqtts") {
      const listener = needs.proxied.includes(plan.name)
        ? listenProxied(common, needs.accept)
        : listenStream(common, needs.accept);
      return { plan, port: listener.port, stop: () => listener.stop(false) };
    }
    const http = plan.name === "wss" ? null : needs.http;
    const { maxBody, maxPacket, ownNames } = needs;
    const server = listenWeb({ ...common, http, maxBody, maxPacket, ownNames, places: this.places }, needs.accept);
    return { plan, port: server.port, stop: () => server.stop() };
  }
}
