import { NETWORK_TYPES } from "../../networks/downlinks/types.ts";
import { integer, nullable, text, word } from "../columns.ts";
import type { Network } from "../downlink-rows.ts";
import { fleetKind } from "../kind.ts";

/** What takes downlinks to devices: a LoRaWAN network, or an interface over HTTP. */
export const network = fleetKind<Network>()({
  name: "network",
  table: "network",
  since: "0030_downlinks",
  references: [{ property: "workspace", kind: "workspace" }],
  key: "name",
  taken: "A network with this name exists already in the workspace.",
  audit: {
    name: ({ name }) => name,
    secret: ["key"],
  },
  columns: {
    workspace: integer("workspace"),
    name: text("name"),
    type: word("type", NETWORK_TYPES),
    server: nullable(text("server")),
    application: nullable(text("application")),
    webhook: nullable(text("webhook")),
    key: nullable(text("key")),
  },
});
