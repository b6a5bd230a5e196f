import { fleetKind } from "../kind.ts";
import type { Device } from "../rows.ts";

/** What measures. Ids and serials are unique among each other in a product: the table device_address. */
export const device = fleetKind<Device>()({
  name: "device",
  table: "device",
  since: "0001_fleet",
  references: [{ property: "product", kind: "product" }],
  key: "id",
  audit: { name: ({ product, id }, look) => `${look.name("product", product) ?? "?"}/${id}`, secret: ["created"] },
});
