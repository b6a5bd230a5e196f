import type { Micros } from "../base/types.ts";
import { type Actor, type AuditEntry, COMMAND_LINE } from "../fleet/audit.ts";
import type { PeopleEvent } from "./types.ts";

const STRANGERS: ReadonlySet<PeopleEvent["what"]> = new Set(["sign_in_refused", "reset_asked"]);

/** Whether somebody who has shown nothing can cause it. */
function isByStrangers({ what }: PeopleEvent): boolean {
  return STRANGERS.has(what);
}

/** What people did, as a line of the audit log: `account.signed_in` and the like. */
export function auditOfPeople(event: PeopleEvent, time: Micros): AuditEntry {
  const { what, email, user, workspace = null, detail } = event;
  const after = detail === undefined ? {} : { detail };
  const action = `account.${what}`;
  return { time, by: actorOf(event), action, workspace, target: user ?? 0, name: email, before: null, after };
}

/** Who fails to sign in has not shown to be anybody. */
function actorOf(event: PeopleEvent): Actor {
  const { email, user, by, address } = event;
  if (address === null) return COMMAND_LINE;
  if (by !== undefined) return { key: `u:${by.user}`, name: by.email, from: address };
  if (user === null || isByStrangers(event))
    return { key: "nobody", name: "somebody who is not signed in", from: address };
  return { key: `u:${user}`, name: email, from: address };
}
