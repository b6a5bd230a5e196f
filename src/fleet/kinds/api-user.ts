import { fleetKind, type Look } from "../kind.ts";
import type { ApiUser, Device, Grant } from "../rows.ts";

/** An account for a program or a device, with lines of rights. */
export const apiUser = fleetKind<ApiUser>()({
  name: "apiUser",
  table: "api_user",
  since: "0001_fleet",
  references: [{ property: "workspace", kind: "workspace" }],
  resolve: (row, uid) => ({ ...row, grants: row.grants.map((grant) => resolved(grant, uid)) }),
  key: "name",
  taken: "An API user with this name exists already in the workspace.",
  audit: {
    name: ({ name, workspace }, look) => `${name}@${look.name("workspace", workspace) ?? "?"}`,
    secret: ["created"],
    shown: { grants: (grants: readonly Grant[], look) => grants.map((grant) => shown(grant, look)) },
  },
});

function resolved(grant: Grant, uid: (kind: string, uid: number) => number): Grant {
  if (grant.scope === "product") return { ...grant, product: uid("product", grant.product) };
  return grant.scope === "device" ? { ...grant, device: uid("device", grant.device) } : grant;
}

/** As the API writes it. */
function shown(grant: Grant, look: Look): unknown {
  if (grant.scope === "product") return { ...grant, product: look.name("product", grant.product) ?? grant.product };
  if (grant.scope !== "device") return grant;
  const { device: uid, ...rest } = grant;
  const device = look.row<Device>("device", uid);
  if (device === null) return grant;
  return { ...rest, product: look.name("product", device.product) ?? device.product, device: device.id };
}
