import type { Micros } from "../../base/types.ts";
import type { TokenUse } from "../../auth/uses.ts";

/** When tokens were last used. */
export interface TokenUseStore {
  /** @param since only those of this time or later (µs) */
  readUses(since?: Micros): Promise<readonly TokenUse[]>;
  /** Replaces what was kept of these tokens; tokens that do not exist any more are ignored. Durable when it resolves. */
  keepUses(uses: readonly TokenUse[]): Promise<void>;
}
