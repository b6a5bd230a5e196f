import { Refusal } from "../base/errors.ts";
import { describe } from "./describe.ts";
import type { Removal, Taken } from "./remove.ts";

/** What several operations of the commands answer with. */

/** What a deletion takes, in numbers and in sentences; in a dry run it would. */
export interface Deleted {
  readonly dryRun: boolean;
  readonly names: readonly string[];
  readonly takes: Taken;
  readonly sentences: readonly string[];
}
/** @param what `Product pump`; @param names of what goes by itself */
export function deletion(what: string, names: readonly string[], { dryRun, taken }: Removal): Deleted {
  return { dryRun, names, takes: taken, sentences: describe(what, names.length > 1, taken) };
}

/** The account of a user, by the address that was given. */
export function noUser(email: string): Refusal {
  return new Refusal("not_found", `There is no account "${email}".`);
}
