import { TOKENS } from "../run/fleet.ts";
import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { Lasting } from "./lasting.ts";
import type { Ledger } from "./ledger.ts";

const PREFIX = "dtck-pub/my-product";
const ROWS_OF_BATCH = 3;
const noteOf = (value: string) => ({ field: "NOTE", value });
/** How long a repaired server may take to answer what was under way. */
const BOUND_MS = 20_000;

/** Somebody who writes as fast as answers come, until told to stop. */
export interface Writer {
  readonly faults: readonly string[];
  start(server: TestServer): Promise<void>;
  /** Writes nothing more; what is under way stays in doubt (the server is dead). */
  died(): Promise<void>;
  /** Writes nothing more, and waits until all of it is answered. */
  finish(server: TestServer): Promise<void>;
}

interface Plan {
  readonly name: string;
  readonly device: string;
  readonly qos: 1 | 2;
  /** Each publish is a batch of several rows, which stand or fall together. */
  readonly batch?: boolean;
}

/** A client of MQTT 5 whose session survives the kills. */
export class MqttWriter implements Writer {
  private readonly client: Lasting;
  private running = false;
  private count = 0;

  constructor(
    private readonly plan: Plan,
    private readonly ledger: Ledger,
  ) {
    this.client = new Lasting(plan.name, TOKENS.device, { window: plan.batch === true ? 10 : 50 });
    this.client.onStored = (payload) => ledger.acknowledge(this.unitOf(payload));
  }
  get faults(): readonly string[] {
    return this.client.faults;
  }
  async start(server: TestServer): Promise<void> {
    if (!(await this.client.connect(server.ports.mqtt))) throw new Error(`${this.plan.name} cannot connect`);
    this.running = true;
    this.fill();
  }
  private readonly fill = (): void => {
    if (!this.running) return;
    for (; this.client.mayPublish; this.count++) this.write();
    setImmediate(this.fill);
  };
  private write(): void {
    const { name, device, qos, batch } = this.plan;
    const rows = this.ledger.begin(
      `${name}-${this.count}`,
      device,
      qos === 2 ? "once" : "repeatable",
      batch === true ? ROWS_OF_BATCH : 1,
    );
    if (batch === true) this.client.publish(qos, `${PREFIX}/${device}`, JSON.stringify(rows.map(noteOf)));
    else this.client.publish(qos, `${PREFIX}/${device}/NOTE`, rows[0] ?? "");
  }
  /** The unit of a payload of `write`. */
  private unitOf(payload: string): string {
    const [first] = this.plan.batch === true ? (JSON.parse(payload) as { value: string }[]) : [{ value: payload }];
    return first?.value.split("/")[0] ?? "";
  }
  async died(): Promise<void> {
    this.running = false;
    this.client.cut();
  }
  async finish(server: TestServer): Promise<void> {
    this.running = false;
    if (!this.client.isOpen && !(await this.client.connect(server.ports.mqtt)))
      throw new Error(`${this.plan.name} cannot connect`);
    await until(`all answers for ${this.plan.name}`, () => this.client.sent.size === 0, BOUND_MS);
  }
}

const ROWS_OF_POST = 5;

/** Posts one batch after the other, with times of their own, a second further each time. What is answered with 200 is noted. */
export class HttpWriter implements Writer {
  readonly faults: string[] = [];
  private running = false;
  private posting = Promise.resolve();
  private count = 0;

  constructor(
    private readonly name: string,
    private readonly device: string,
    private readonly ledger: Ledger,
    /** Time of the first batch, ms; each one after it is a second later. */
    private readonly first: number,
  ) {}
  async start(server: TestServer): Promise<void> {
    this.running = true;
    this.posting = this.post(server);
  }
  private async post(server: TestServer): Promise<void> {
    for (; this.running; this.count++) {
      const unit = `${this.name}-${this.count}`;
      const at = this.first + this.count * 1000;
      const rows = this.ledger
        .begin(unit, this.device, "once", ROWS_OF_POST)
        .map((value, i) => ({ field: "NOTE", value, timestamp: at + i }));
      try {
        const init = { method: "POST", body: JSON.stringify(rows) };
        const response = await server.http(`/v1/devices/${this.device}/record/?batch=true`, TOKENS.owner, init);
        if (response.status === 200) this.ledger.acknowledge(unit);
        else this.faults.push(`${unit}: HTTP ${response.status} ${await response.text()}`);
      } catch {
        // the server died under it: nothing was promised
      }
    }
  }
  async died(): Promise<void> {
    this.running = false;
    await this.posting;
  }
  finish(): Promise<void> {
    return this.died();
  }
}
