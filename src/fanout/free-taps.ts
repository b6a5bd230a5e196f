import type { Micros } from "../base/types.ts";
import type { BatchRows } from "../feed/batch-rows.ts";
import type { RetainedMessages } from "../ingest/retained.ts";

/** Somebody who follows the free topics of a workspace, beside the subscribers of MQTT: a stream over HTTP. */
export interface FreeTap {
  /** uid. */
  readonly workspace: number;
  /** A committed message of the workspace. What the row says holds during the call alone. */
  hear(row: BatchRows): void;
}

/** All who follow free topics. While nobody does, a run of messages costs one look at `any`. */
export class FreeTaps {
  private readonly all = new Set<FreeTap>();
  any = false;

  /** From now on it hears what is published. Returns how to stop that. */
  add(tap: FreeTap): () => void {
    this.all.add(tap);
    this.any = true;
    return () => {
      this.all.delete(tap);
      this.any = this.all.size > 0;
    };
  }
  /** Messages that a commit made durable; those that are too late for subscribers are for nobody here either. @param now µs, steady */
  tell(rows: BatchRows, now: Micros): void {
    while (rows.next()) {
      const { deadline, workspace } = rows;
      if (deadline > 0 && deadline * 1e6 <= now) continue;
      for (const tap of this.all) if (tap.workspace === workspace) tap.hear(rows);
    }
  }
}

/** What is published on free topics, and what they retain. */
export interface FreeFeed {
  readonly taps: Pick<FreeTaps, "add">;
  readonly retained: RetainedMessages;
  /** Whether a retained message is still sent. @param principal key of who published it */
  readonly mayStillPublish: (principal: string, workspace: number, topic: string) => boolean;
}
