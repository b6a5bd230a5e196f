import { integer, json, nullable, text } from "../columns.ts";
import type { DashboardShare, ShareAccount } from "../dashboard-rows.ts";
import { fleetKind, type Look } from "../kind.ts";

/** A link that shows a dashboard. The account that shared is no reference: when it goes the link stays, and opens nothing. */
export const dashboardShare = fleetKind<DashboardShare>()({
  name: "dashboardShare",
  table: "dashboard_share",
  since: "0040_dashboards",
  references: [
    { property: "dashboard", kind: "dashboard" },
    { property: "device", kind: "device", optional: true },
  ],
  key: null,
  taken: "This link is in use already.",
  audit: {
    name: ({ uid, name, dashboard }, look) =>
      `${name === "" ? `#${uid}` : name} of ${look.name("dashboard", dashboard) ?? "?"}`,
    // to be opened is no change
    secret: ["used"],
    shown: { account: (account: ShareAccount, look) => accountName(account, look) },
  },
  columns: {
    dashboard: integer("dashboard"),
    device: nullable(integer("device")),
    name: text("name"),
    hash: text("hash"),
    passwordHash: nullable(text("password_hash")),
    account: json("account", accountOf),
    created: integer("created"),
    expires: nullable(integer("expires")),
    used: nullable(integer("used")),
  },
});

function accountName({ user, apiUser }: ShareAccount, look: Look): string {
  if (user !== null) return look.name("user", user) ?? "an account that is gone";
  return apiUser === null
    ? "the owner of the data folder"
    : (look.name("apiUser", apiUser) ?? "an account that is gone");
}
function accountOf(value: unknown): ShareAccount | null {
  if (typeof value !== "object" || value === null) return null;
  const [user, apiUser]: unknown[] = [Reflect.get(value, "user"), Reflect.get(value, "apiUser")];
  const is = (uid: unknown): uid is number | null => uid === null || Number.isSafeInteger(uid);
  return is(user) && is(apiUser) ? { user, apiUser } : null;
}
