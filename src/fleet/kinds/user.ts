import { flag, optional, text } from "../columns.ts";
import { fleetKind } from "../kind.ts";
import type { User } from "../rows.ts";

/** A person with an account. */
export const user = fleetKind<User>()({
  name: "user",
  table: "account",
  since: "0001_fleet",
  references: [],
  key: "email",
  taken: "A user with this e-mail address exists already.",
  audit: { name: ({ email }) => email },
  columns: { email: text("email"), admin: flag("admin"), uuid: optional(text("uuid")) },
});
