import { errorText, Refusal } from "../../base/errors.ts";
import type { AppliedChange } from "../../fleet/directory.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Broker } from "../../fleet/types.ts";
import type { Verdict } from "../../networks/downlinks/types.ts";
import { Asking } from "./asking.ts";
import { forgetBook } from "./book.ts";
import { Bridge, consumerOf } from "./bridge.ts";
import type { BrokerNeeds } from "./needs.ts";
import { tryAddress } from "./tester.ts";
import type { BrokerEvent, BrokerPort, BrokerStatus, BrokerTest } from "./types.ts";

const utf8 = new TextEncoder();

/** All external brokers: follows the fleet, keeps each connected, answers what people ask. */
export class Brokers implements BrokerPort {
  private readonly open = new Map<number, Bridge>();
  private readonly asking: Asking;

  constructor(private readonly needs: BrokerNeeds) {
    this.asking = new Asking(needs);
  }

  /** Begins with those that the fleet has; forgets what is left of others. */
  start(): void {
    const { directory, consumers } = this.needs;
    for (const [name] of [...consumers.lags()]) {
      const uid = Number(/^broker:(\d+)$/.exec(name)?.[1] ?? 0);
      if (uid === 0 || directory.row("broker", uid) !== undefined) continue;
      consumers.remove(name);
      this.forget(uid);
    }
    for (const row of directory.all("broker")) this.add(row);
    directory.onChange((changes) => this.follow(changes));
  }
  private follow(changes: readonly AppliedChange[]): void {
    for (const bridge of this.open.values()) bridge.out.routing.forget();
    for (const change of changes) {
      if (change.kind !== "broker") continue;
      if (change.op === "put") {
        const known = this.open.get(change.row.uid);
        if (known === undefined) this.add(change.row);
        else known.follow(change.row);
        continue;
      }
      this.open.get(change.uid)?.stop();
      this.open.delete(change.uid);
      this.needs.consumers.remove(consumerOf(change.uid));
      this.forget(change.uid);
    }
  }
  private forget(uid: number): void {
    for (const op of forgetBook(uid)) this.needs.operation(op);
  }
  private add(row: Broker): void {
    const bridge = new Bridge(this.needs, row);
    this.open.set(row.uid, bridge);
    bridge.start().catch((error: unknown) => {
      this.needs.log.error({ broker: row.name, error: errorText(error) }, "an external broker cannot be begun with");
    });
  }
  /** About once a second. */
  tick(): void {
    for (const bridge of this.open.values()) {
      bridge.tick();
      this.asking.tick(bridge);
    }
  }
  stop(): void {
    for (const bridge of this.open.values()) bridge.stop();
  }
  /** Publishes a downlink to the external broker of a device's product; null: it has none. */
  publish({ product }: DeviceNode, topic: string, payload: string): Promise<Verdict> | null {
    const own = [...this.open.values()].filter(({ row }) => row.workspace === product.row.workspace);
    const named = own.filter(({ row }) =>
      row.routes.some((route) => route.direction === "in" && names(route.map, product.row.slug)),
    );
    const [bridge, ...more] = named.length > 0 ? named : own;
    if (bridge === undefined) return null;
    if (more.length > 0) {
      const reason = `the workspace has several external brokers, and no map of one alone names the product ${product.row.slug}`;
      return Promise.resolve({ is: "refused", reason });
    }
    return bridge.sending.now({ topic, payload: utf8.encode(payload), qos: 1, retain: false });
  }

  // BrokerPort
  status(uid: number): BrokerStatus | null {
    const bridge = this.open.get(uid);
    if (bridge === undefined) return null;
    const { teller, connector, session, subscriptions } = bridge;
    const lag = [...this.needs.consumers.lags()].find(([name]) => name === consumerOf(uid))?.[1];
    return {
      ...{ state: teller.state, reason: teller.reason, since: teller.since },
      ...{ address: connector.address, protocol: connector.protocol, nextTry: connector.nextTry },
      ...teller.counts,
      ...{ inFlight: session.inFlight, lagRows: lag?.rows ?? 0, lagAge: lag?.age ?? 0 },
      troubles: [...subscriptions.troubles].map(([route, reason]) => ({ route, reason })),
    };
  }
  whyNever(address: string): string | null {
    return this.needs.whyNever(address.replace(/^(?:mqtt|ws)(s?):/i, "http$1:"));
  }
  async events(uid: number, before: number | undefined, limit: number): Promise<BrokerEvent[]> {
    const bridge = this.of(uid);
    await this.needs.durable();
    return bridge.book.events(before, limit);
  }
  async test(uid: number): Promise<BrokerTest[]> {
    const bridge = this.of(uid);
    const { row } = bridge;
    const tests: BrokerTest[] = [];
    for (const address of row.addresses) tests.push(await tryAddress(this.needs, row, address));
    // what is known to be there need not be waited for
    if (bridge.teller.state === "error" && tests.some(({ ok }) => ok)) bridge.connector.restart();
    return tests;
  }
  private of(uid: number): Bridge {
    const bridge = this.open.get(uid);
    if (bridge === undefined) throw new Refusal("not_found", "There is no such external broker.");
    return bridge;
  }
}

/** Whether a map speaks of a product. */
function names(map: unknown, slug: string): boolean {
  return JSON.stringify(map).includes(JSON.stringify(slug));
}
