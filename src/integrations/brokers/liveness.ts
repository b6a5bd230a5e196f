import type { Micros } from "../../base/types.ts";

/** Of a connection on which messages have no answer. */
const MUTE: Micros = 120_000_000;

/** Whether a connection is to be asked for a sign of life, or is dead; within 1.5 times the keep alive, a second of looking included. */
export class Liveness {
  private answeredAt: Micros | null = null;
  private flying = 0;
  private askedAt: Micros | null = null;

  /** @param keepAlive µs */
  constructor(private readonly keepAlive: Micros) {}

  /** Something came. */
  heard(): void {
    this.askedAt = null;
  }
  /** Called about once a second. @param heardAt @param saidAt when something was read and written last */
  look(now: Micros, heardAt: Micros, saidAt: Micros): "well" | "ask" | "dead" {
    if (this.askedAt !== null && heardAt > this.askedAt) this.askedAt = null;
    if (this.askedAt !== null) return now - this.askedAt > this.keepAlive * 0.6 ? "dead" : "well";
    // the remote counts what we say, we count what it says
    if (now - Math.min(heardAt, saidAt) < this.keepAlive * 0.5) return "well";
    this.askedAt = now;
    return "ask";
  }
  /** Whether messages have had no answer for so long that it is made anew: one that answers pings alone is not well either. */
  isMute(now: Micros, inFlight: number): boolean {
    if (inFlight === 0 || inFlight !== this.flying || this.answeredAt === null) this.answeredAt = now;
    this.flying = inFlight;
    return now - this.answeredAt > MUTE;
  }
}
