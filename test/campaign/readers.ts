import { TOKENS } from "../run/fleet.ts";
import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import type { Random } from "../fuzz/random.ts";
import { Lasting } from "./lasting.ts";
import type { Hearing } from "./ledger.ts";

const FILTER = "dtck/my-product/+/NOTE";
/** So long nothing new may come before it is held that nothing does; a small window takes its time for tens of thousands. */
const DRAIN_MS = 30_000;
const LONGEST_DRAIN_MS = 900_000;

/** A subscriber whose session survives; how it behaves, and what it must have heard in the end. */
export interface Plan {
  readonly name: string;
  readonly qos: 1 | 2;
  readonly hears: Hearing | "shared";
  /** Answers deliveries a few at a time. */
  readonly slow?: boolean;
  /** Is away in so many of a hundred lives. */
  readonly away?: number;
}

/** One subscriber of the campaign. */
export class Reader {
  readonly client: Lasting;
  private timer: Timer | undefined;

  constructor(readonly plan: Plan) {
    const slow = plan.slow === true;
    this.client = new Lasting(plan.name, TOKENS.device, { slow, receiveMaximum: slow ? 7 : 100 });
  }
  async begin(server: TestServer): Promise<void> {
    await this.open(server);
    const filter = this.plan.hears === "shared" ? `$share/crew/${FILTER}` : FILTER;
    await this.client.subscribe([{ filter, qos: this.plan.qos }]);
  }
  /** Comes for the life that begins, or stays away. */
  async arrive(server: TestServer, random: Random): Promise<void> {
    if (random.below(100) < (this.plan.away ?? 0)) this.leave();
    else await this.open(server);
  }
  /** In the midst of a life: some cut their connection, some of those that are away come. */
  async change(server: TestServer, random: Random): Promise<void> {
    if (this.client.isOpen && random.oneIn(4)) this.leave();
    else if (!this.client.isOpen && random.oneIn(2)) await this.open(server);
  }
  async open(server: TestServer): Promise<void> {
    if (this.client.isOpen) return;
    if (!(await this.client.connect(server.ports.mqtt))) throw new Error(`${this.plan.name} cannot connect`);
    if (this.plan.slow === true) this.timer ??= setInterval(() => this.client.answer(3), 10);
  }
  leave(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.client.cut();
  }
  heard(device: string): readonly string[] {
    return this.client.got.filter((g) => g.topic === `dtck/my-product/${device}/NOTE`).map((g) => g.payload);
  }
  /** Hears to the end: until `last`, which was written after everything else, has come for each device. */
  async drain(server: TestServer, last: ReadonlyMap<string, string>): Promise<void> {
    await this.open(server);
    const missing = () => [...last].filter(([device, text]) => !this.heard(device).includes(text));
    this.client.hurry();
    let [heard, since] = [this.client.got.length, performance.now()];
    const stuck = () => {
      if (this.client.got.length > heard) [heard, since] = [this.client.got.length, performance.now()];
      return performance.now() - since > DRAIN_MS;
    };
    const name = `the last messages for ${this.plan.name}`;
    await until(name, () => missing().length === 0 || stuck(), LONGEST_DRAIN_MS);
    if (missing().length > 0)
      throw new Error(`${name}: nothing came for ${DRAIN_MS} ms, and ${missing().length} are missing`);
  }
}

/** The members of one shared subscription. */
export class Crew {
  constructor(readonly members: readonly Reader[]) {}
  heard(device: string): readonly string[] {
    return this.members.flatMap((member) => member.heard(device));
  }
  /** Waits until they have heard as much as is stored; what is missing or too much then is for the ledger to say. */
  async drain(server: TestServer, stored: ReadonlyMap<string, readonly string[]>): Promise<void> {
    for (const member of this.members) await member.open(server);
    const end = performance.now() + DRAIN_MS;
    const short = () => [...stored].some(([device, rows]) => this.heard(device).length < rows.length);
    while (short() && performance.now() < end) await Bun.sleep(20);
  }
}
