import type { Principal } from "../auth/principal.ts";
import type { Seq } from "../store/ports.ts";
import type { Part } from "./share-part.ts";

/** Among several nodes: what a node's part of a shared subscription has to do with the parts of others. */
export interface AmongParts<P> {
  /** Epoch of this node. */
  readonly epoch: number;
  /** What waits there is being put together: nothing of it may be stored yet. */
  readonly isReplaying: boolean;
  /** Whether a message is for this part. @param may whether an account may read it */
  takes(part: P, seq: Seq, may: (principal: Principal) => boolean): boolean;
  /** All parts of its group, as of the last row that had its turn. */
  partsOf(part: P): readonly Part[];
  /** Something of it changed: what waits may be for others. */
  review(part: P): void;
}
