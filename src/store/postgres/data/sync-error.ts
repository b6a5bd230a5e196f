import { unavailableBy } from "../failures.ts";
import type { Refusal } from "../../../base/errors.ts";

/** What PostgreSQL said to a thread that waits in place, with its code; or the connection was lost. */
export class SyncError extends Error {
  override readonly name = "SyncError";
  constructor(
    message: string,
    readonly state: string,
    readonly lost: boolean,
  ) {
    super(message);
  }
  /** As callers of the store are told. */
  get refusal(): Refusal {
    return unavailableBy(this.state, this.message);
  }
  /** Another transaction had changed the same rows; it can be done once more at once. */
  get isCollision(): boolean {
    return this.state === "40001" || this.state === "40P01";
  }
}
