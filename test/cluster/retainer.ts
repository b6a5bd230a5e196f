import { Client, type Place } from "./client.ts";

const TOPICS = 20;
const PAUSE_MS = 40;

/** Keeps some retained messages changing, each change when the one before was acknowledged; two of them write to the same topics. */
export class Retainer extends Client {
  acknowledged = 0;
  private n = 0;

  constructor(place: Place, token: string, name: string) {
    super(place, name, token);
  }
  protected get isKnown(): boolean {
    return this.acknowledged > 0;
  }
  finish(): void {
    this.over = true;
  }
  async run(): Promise<void> {
    while (!this.over) {
      const raw = this.raw ?? (await this.login());
      if (raw === null) return;
      try {
        while (!this.over && !this.isRestless) {
          const packetId = (++this.n % 60_000) + 1;
          // some are taken away again
          const payload = this.n % 7 === 0 ? "" : `${this.id} ${this.n}`;
          raw.publish(`state/${(this.n * 7) % TOPICS}`, payload, { qos: 1, packetId, retain: true });
          for (;;) {
            const packet = await this.next(raw);
            if (packet.type === "disconnect") throw new Error("it ended");
            if (packet.type === "puback" && packet.packetId === packetId) break;
          }
          this.acknowledged++;
          await Bun.sleep(PAUSE_MS);
        }
        this.giveUp(raw);
      } catch {
        this.giveUp(raw);
      }
    }
  }
}
