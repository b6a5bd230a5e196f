import type { Principal } from "../auth/principal.ts";
import { COMMAND_LINE } from "../fleet/audit.ts";
import type { AdminDeps } from "./types.ts";

/** What somebody may, as far as use cases judge by it. */
export interface Powers
  extends Pick<
    Principal,
    "free" | "inWorkspace" | "key" | "may" | "mayReceive" | "mayRecord" | "mayView" | "operate" | "seesProduct"
  > {
  /** uids of those that it belongs to, or has rights in. */
  readonly workspaces: Iterable<number>;
}

/** Who asks for something. */
interface Actor {
  readonly principal: Powers;
}
/** Somebody who asks, and what their use cases stand on. */
export interface Asker<D = Pick<AdminDeps, "directory">> {
  readonly deps: D;
  readonly who: Actor;
}

const yes = () => true;
/** Who has the data folder: they could write the files themselves, so nothing is kept from them. */
export const OWNER_OF_THE_FOLDER: Powers = {
  key: COMMAND_LINE.key,
  operate: true,
  free: null,
  workspaces: [],
  inWorkspace: yes,
  may: yes,
  mayRecord: yes,
  mayReceive: yes,
  mayView: yes,
  seesProduct: yes,
};

/** A command of this machine, at the control socket or on the files themselves. */
export function atTheCommandLine<D>(deps: D): Asker<D> {
  return { deps, who: { principal: OWNER_OF_THE_FOLDER } };
}
