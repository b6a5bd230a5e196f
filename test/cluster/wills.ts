import { Raw } from "../run/raw.ts";
import { until } from "../run/until.ts";
import { type Place, soon } from "./client.ts";

/** Whose wills are looked at: the device that they are recorded for. */
export const MOURNED = "dev900";
const utf8 = new TextEncoder();

/** Clients with a will that end without a word, one after the other: each will is the number of its client. */
export class Mourner {
  /** Those that were let in: their will was stored. */
  readonly gone: number[] = [];
  isDone = false;
  private over = false;
  private raw: Raw | null = null;

  constructor(
    private readonly place: Place,
    private readonly token: string,
  ) {}

  async run(): Promise<void> {
    for (let n = 1; !this.over; n++) {
      const port = this.place.ports[n % this.place.ports.length] as number;
      await this.live(n, port).catch(() => undefined);
      await Bun.sleep(50);
    }
    this.isDone = true;
  }
  private async live(n: number, port: number): Promise<void> {
    const raw = await Raw.open(port);
    this.raw = raw;
    try {
      const will = {
        topic: `dtck-pub/my-product/${MOURNED}/STEPS`,
        payload: utf8.encode(String(n)),
        qos: 1 as const,
        retain: false,
      };
      const connack = await soon(raw, raw.connect({ token: this.token, clientId: `mourned-${n}`, keepAlive: 5, will }));
      if (connack.reasonCode !== 0) return;
      this.gone.push(n);
      const until = performance.now() + 100 + ((n * 37) % 700);
      while (!this.over && !raw.isClosed && performance.now() < until) await Bun.sleep(20);
    } finally {
      raw.reset();
    }
  }
  finish(): void {
    this.over = true;
  }
  close(): void {
    this.over = true;
    this.raw?.reset();
  }
  /** Each will was recorded once. @param history of the device @returns what is wrong */
  async check(history: () => Promise<number[]>): Promise<string[]> {
    await until("the end of the last one", () => this.isDone);
    const recorded = async () => new Set(await history());
    const missing = async () => {
      const there = await recorded();
      return this.gone.filter((n) => !there.has(n));
    };
    await until("the wills of all that are gone", async () => (await missing()).length === 0, 30_000).catch(
      () => undefined,
    );
    const all = await history();
    const twice = all.filter((n, i) => all.indexOf(n) !== i);
    const wrong = (await missing()).map((n) => `the will of mourned-${n} was not recorded`);
    return [...wrong, ...twice.map((n) => `the will of mourned-${n} was recorded more than once`)];
  }
}
