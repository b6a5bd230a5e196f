import type { TokenUse } from "../../auth/uses.ts";

/** When tokens were last used. */
export interface TokenUseStore {
  readUses(): Promise<readonly TokenUse[]>;
  /** In the place of what was kept of these tokens; tokens that are gone are passed over. Durable when it resolves. */
  keepUses(uses: readonly TokenUse[]): Promise<void>;
}
