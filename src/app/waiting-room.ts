import { relative, resolve } from "node:path";
import { CATALOGUE, Refusal } from "../base/errors.ts";
import { Metrics } from "../base/metrics.ts";
import type { Log } from "../base/types.ts";
import { LoginRefuser } from "../broker/login-refuser.ts";
import type { Config } from "../config/settings.ts";
import { createControl } from "../http/instance/control.ts";
import type { Http } from "../http/index.ts";
import { livenessAnswer } from "../http/health.ts";
import { listenControl } from "../listen/control.ts";
import type { ListenerPlan } from "../listen/plan.ts";
import { OpenFiles } from "./files.ts";
import { makeListeners, type planListening } from "./listening.ts";
import { refused } from "./silenced.ts";
import type { ActiveNode } from "../store/open.ts";

type Fetch = Http["fetch"];

const STANDS_BY = "# TYPE fieldcast_active gauge\nfieldcast_active 0\n";

/**
 * What clients and people find at a server that stands by: its listeners are open, so that a taken port is told at once, and each answer says
 * what it is and where to go.
 */
export class WaitingRoom {
  /** Who has the store; null: nobody knows. */
  active: ActiveNode | null = null;
  private readonly refuser: LoginRefuser;
  private readonly listeners: ReturnType<typeof makeListeners>;
  private readonly control: ReturnType<typeof listenControl>;
  private readonly files: OpenFiles;
  /** Who answers HTTP since the wait is over. */
  private next: Fetch | null = null;
  private isOpen = true;

  /** @throws Refusal invalid_config: a port is taken */
  constructor(config: Config, { plans, certificates }: ReturnType<typeof planListening>, log: Log) {
    const metrics = new Metrics();
    this.files = new OpenFiles(metrics, log);
    this.files.tick();
    this.refuser = new LoginRefuser(config.maxPacketBeforeLogin, CATALOGUE.standby.reason, () => this.text());
    const accept = this.refuser.accept.bind(this.refuser);
    const http: Fetch = (request, info) => (this.next === null ? this.answer(request) : this.next(request, info));
    this.listeners = makeListeners(config, metrics, { accept, http, onRefused: () => {} }, this.files, log);
    this.listeners.start(plans, certificates);
    const startedAt = Date.now();
    const info = async () => {
      const { addresses } = this.listeners;
      return {
        pid: process.pid,
        startedAt,
        addresses,
        caFile: certificates?.caFile ?? null,
        standby: this.active ?? {},
      };
    };
    const otherwise = (): Refusal => new Refusal("standby", this.text());
    const server = createControl({ operations: { info }, otherwise, log });
    this.control = listenControl(shorter(resolve(config.data, "control.sock")), server.fetch);
  }
  get addresses(): WaitingRoom["listeners"]["addresses"] {
    return this.listeners.addresses;
  }
  /** The plans with the ports that are open. */
  ports(plans: readonly ListenerPlan[]): ListenerPlan[] {
    const open = new Map(this.addresses.map(({ name, port }) => [name, port]));
    return plans.map((plan) => ({ ...plan, port: open.get(plan.name) ?? plan.port }));
  }

  private text(): string {
    const where = this.active === null ? "" : ` (on ${this.active.address})`;
    return `This server stands by; another one is active${where}. Connect to that one.`;
  }
  private answer(request: Request): Response {
    const { pathname } = new URL(request.url);
    if (pathname === "/livez") return livenessAnswer();
    if (pathname === "/metrics")
      return new Response(STANDS_BY, { headers: { "Content-Type": "text/plain; version=0.0.4" } });
    const refusal = new Refusal("standby", this.text());
    if (pathname !== "/healthz") return refused(request, refusal);
    const headers = { "Content-Type": "application/json; charset=utf-8", "Retry-After": "1" };
    return new Response('{"status":"standby"}', { status: 503, headers });
  }

  /** The wait is over: the ports are free, and who is connected already is answered by another. */
  handOver(http: Fetch): void {
    this.next = http;
    this.close();
  }
  private close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.listeners.stop();
    this.refuser.end();
    this.files.letGo();
  }
  /** Everything is closed, commands included. */
  async end(): Promise<void> {
    this.close();
    await this.control.stop();
  }
}

/** A socket's path is bounded: the shorter form of it. */
export function shorter(absolute: string): string {
  const near = relative(process.cwd(), absolute);
  return near.length < absolute.length ? near : absolute;
}
