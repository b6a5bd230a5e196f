import { serveReads } from "../../sqlite/data/serve-reads.ts";
import { Reads } from "../../sqlite/data/reads.ts";
import { unavailable } from "../failures.ts";
import type { BridgeEnd } from "./protocol.ts";
import { SyncSql } from "./sync.ts";
import { SyncError } from "./sync-error.ts";
import { storeStats } from "./stats.ts";

/** The reader worker's entry: history is read beside the commits, on a connection of its own. */
serveReads<BridgeEnd>({
  open: ({ port, turn }) => {
    const db = new SyncSql(port, turn);
    return new Reads(
      db,
      (headBytes) => storeStats(db, headBytes),
      () => {},
    );
  },
  refusal: (error) => (error instanceof SyncError ? error.refusal : unavailable(error)),
});
