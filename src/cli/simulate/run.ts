import { errorText } from "../../base/errors.ts";
import type { Qos } from "../../codec/index.ts";
import type { MqttClient } from "../mqtt-client.ts";
import { Latency } from "./latency.ts";
import type { Plan } from "./plan.ts";
import type { Chance } from "../../measure/field-type.ts";
import { specOf } from "../../measure/types.ts";

/** Connects one simulated device. */
type Connect = (device: string, onClose: (why: string) => void) => Promise<MqttClient>;

/** Everything that happened so far. */
export class Figures {
  connected = 0;
  lost = 0;
  notConnected = 0;
  sent = 0;
  acknowledged = 0;
  /** By reason text, at most MOST_REASONS different ones. */
  readonly refused = new Map<string, number>();
  refusals = 0;
  /** Sent, and the connection ended before the answer. */
  unanswered = 0;
  readonly latency = new Latency();
  /** Why connections failed, by reason. */
  readonly troubles = new Map<string, number>();

  countIn(map: Map<string, number>, reason: string): void {
    const key = map.has(reason) || map.size < MOST_REASONS ? reason : "other reasons";
    map.set(key, (map.get(key) ?? 0) + 1);
  }
}
const MOST_REASONS = 10;

/** Connections that are made at the same time. */
const CONNECTING = 100;
const TICK_MS = 10;
/** Publishes of one device that may await their answer, and bytes that may await the network. */
const MOST_IN_FLIGHT = 256;
const MOST_BACKLOG = 65_536;
/** How long the end waits for outstanding answers. */
const LAST_ANSWERS_MS = 10_000;

interface Device {
  readonly topic: string;
  readonly next: () => string;
  client: MqttClient | null;
}

/** Many devices, each with its own connection, publishing in turn. */
export class Simulation {
  readonly figures = new Figures();
  private readonly devices: Device[];
  private readonly stopped = Promise.withResolvers<void>();
  private over = false;
  private turn = 0;
  /** ms that publishing took. */
  elapsed = 0;

  constructor(
    private readonly plan: Plan,
    prefix: string,
    private readonly connect: Connect,
    private readonly clock: () => number,
    chance: Chance,
  ) {
    this.devices = plan.devices.map((id) => ({
      topic: `${prefix}-pub/${plan.product}/${id}/${plan.field.id}`,
      next: specOf(plan.field.type).simulate(chance),
      client: null,
    }));
  }

  /** Ends publishing early; answers that are under way are still awaited. */
  stop(): void {
    this.over = true;
    this.stopped.resolve();
  }

  /** @throws Error when no device at all could connect */
  async run(): Promise<void> {
    await this.connectAll();
    if (this.figures.connected === 0 && !this.over) {
      const [reason = "no device could connect"] = this.figures.troubles.keys();
      throw new Error(reason);
    }
    const start = this.clock();
    const end = start + this.plan.duration * 1000;
    while (!this.over && this.clock() < end) {
      this.tick(Math.floor(((this.clock() - start) / 1000) * this.plan.rate));
      await Promise.race([this.stopped.promise, Bun.sleep(TICK_MS)]);
      if (this.devices.every((device) => device.client === null)) break;
    }
    if (!this.over) this.tick(Math.round(this.plan.rate * this.plan.duration));
    this.elapsed = this.clock() - start;
    await this.finish();
  }

  private async connectAll(): Promise<void> {
    let at = 0;
    const worker = async () => {
      while (at < this.devices.length && !this.over) {
        const index = at++;
        const device = this.devices[index];
        const id = this.plan.devices[index];
        if (!device || id === undefined) return;
        try {
          device.client = await this.connect(id, (why) => this.lost(device, why));
          this.figures.connected++;
        } catch (error) {
          this.figures.notConnected++;
          this.figures.countIn(this.figures.troubles, errorText(error));
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(CONNECTING, this.devices.length) }, worker));
  }

  private lost(device: Device, why: string): void {
    device.client = null;
    this.figures.lost++;
    this.figures.countIn(this.figures.troubles, why);
  }

  /** Publishes until `due` messages were sent in all, as far as the devices can. */
  private tick(due: number): void {
    let skipped = 0;
    while (this.figures.sent < due && skipped < this.devices.length) {
      const device = this.devices[this.turn];
      this.turn = (this.turn + 1) % this.devices.length;
      if (device && canSend(device, this.plan.qos)) {
        skipped = 0;
        this.publish(device);
      } else skipped++;
    }
  }

  private publish(device: Device): void {
    const { figures, plan } = this;
    const begun = this.clock();
    figures.sent++;
    device.client?.publish(device.topic, utf8.encode(device.next()), plan.qos).then(
      ({ reason, text }) => {
        if (plan.qos === 0) return;
        figures.latency.add(this.clock() - begun);
        if (reason < 0x80) {
          figures.acknowledged++;
          return;
        }
        figures.refusals++;
        figures.countIn(figures.refused, text === "" ? `reason 0x${reason.toString(16)}` : text);
      },
      () => undefined, // counted at the end: what was neither acknowledged nor refused
    );
  }

  private async finish(): Promise<void> {
    const { figures } = this;
    const until = this.clock() + LAST_ANSWERS_MS;
    const waiting = () => this.devices.some((device) => (device.client?.inFlight ?? 0) > 0);
    while (waiting() && this.clock() < until) await Bun.sleep(TICK_MS);
    await Promise.all(this.devices.map((device) => device.client?.end()));
    if (this.plan.qos > 0) figures.unanswered = figures.sent - figures.acknowledged - figures.refusals;
  }
}
const utf8 = new TextEncoder();

function canSend({ client }: Device, qos: Qos): boolean {
  if (client === null || client.backlog > MOST_BACKLOG) return false;
  return qos === 0 || (client.ready && client.inFlight < MOST_IN_FLIGHT);
}
