import { fleetKind } from "../kind.ts";
import type { Membership } from "../rows.ts";

/** What a person is in a workspace. */
export const membership = fleetKind<Membership>()({
  name: "membership",
  table: "membership",
  since: "0001_fleet",
  references: [
    { property: "workspace", kind: "workspace" },
    { property: "user", kind: "user" },
  ],
  key: "user",
  taken: "The user is a member of this workspace already.",
  audit: { name: ({ user }, look) => look.name("user", user) ?? "?" },
});
