import type { Hub } from "../fanout/hub.ts";
import type { IngestEvents } from "../ingest/commit-events.ts";
import type { Presence } from "./presence.ts";

/** Who has to do with a commit. */
interface CommitParties {
  readonly hub: Pick<Hub, "sealing" | "checkpoints" | "chunks" | "publish"> & {
    readonly consumers: Pick<Hub["consumers"], "sealing">;
  };
  /** Among several nodes: sessions go to others. */
  readonly moved: () => void;
  readonly presence: Pick<Presence, "sealing" | "committed">;
  /** Sends what was written to connections: acknowledgements, deliveries. */
  readonly flush: () => void;
  /** The store did not take it. @param awaited somebody waited for it */
  readonly gaveUp: (awaited: boolean) => void;
}

/**
 * What happens around a commit, in its order. Before `durable` the ingest has made the newest values current and has
 * answered who waited (`CommitLine.done`): their acknowledgements stand in the outboxes.
 */
export function aroundCommits(
  parties: CommitParties,
): Pick<IngestEvents, "sealing" | "durable" | "committed" | "failed"> {
  const { hub, moved, presence, flush, gaveUp } = parties;
  return {
    sealing: (batch) => {
      moved();
      hub.sealing(batch); // what sessions have to store rides along
      presence.sealing();
      hub.consumers.sealing(); // how far the consumers of the feed are, too
    },
    durable: () => {
      presence.committed(); // 1. who is connected is told from now on
      flush(); // 2. acknowledgements leave: nobody waits for others' deliveries
      hub.checkpoints.committed(); // 3. what sessions had to store is stored
      hub.chunks.committed();
    },
    committed: (batch) => {
      hub.publish(batch); // 4. fan-out; what does not fit into a slice follows by itself
      flush(); // 5. deliveries leave
    },
    failed: (batch) => gaveUp(batch.waiters.length > 0), // nothing was stored, nothing is acknowledged, nothing is published
  };
}
