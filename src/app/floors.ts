import type { Seq } from "../store/ports.ts";

/** Somebody who reads the log later than the fan-out does, and must miss nothing. */
interface LogConsumer {
  readonly name: string;
  /**
   * Asked before the log is trimmed up to a number: rows up to the answer are needed no more. It may bring what it keeps up to date
   * first, in the accumulating commit, which the trim is part of.
   */
  floor(upTo: Seq): Seq;
}

/** Everybody who may still need rows of the log. */
export class Floors {
  private readonly consumers = new Set<LogConsumer>();

  /** Returns how to take it away again. */
  add(consumer: LogConsumer): () => void {
    this.consumers.add(consumer);
    return () => void this.consumers.delete(consumer);
  }
  /** How far the log may be trimmed, of what is wished. */
  lowest(upTo: Seq): Seq {
    let lowest = upTo;
    for (const consumer of this.consumers) lowest = Math.min(lowest, consumer.floor(upTo));
    return lowest;
  }
}
