import { fleetKind } from "../kind.ts";
import type { Token } from "../rows.ts";

/** What an account shows when it logs in: of a person, or of an API user. */
export const token = fleetKind<Token>()({
  name: "token",
  table: "token",
  since: "0001_fleet",
  references: [
    { property: "apiUser", kind: "apiUser", optional: true },
    { property: "user", kind: "user", optional: true },
  ],
  key: null,
  taken: "This token is in use already.",
  audit: {
    name({ uid, apiUser, user }, look) {
      const owner = (apiUser === null ? null : look.name("apiUser", apiUser)) ?? look.name("user", user ?? 0);
      return `#${uid} of ${owner ?? "?"}`;
    },
  },
});
