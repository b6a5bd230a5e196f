import { Refusal } from "../base/errors.ts";

/** Nothing of a commit was stored: it was decided on a fleet that another node has changed since. */
export class FleetChanged extends Refusal {
  /** @param rev how often the fleet was changed by now */
  constructor(readonly rev: number) {
    super("storage_unavailable", "Other nodes change the fleet or accounts at this moment; try again.", undefined, 1);
  }
}
