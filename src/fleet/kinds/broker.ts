import { readRoutes } from "../../bridges/routes.ts";
import { BROKER_PROTOCOLS, type Route } from "../../bridges/types.ts";
import type { Broker } from "../broker-rows.ts";
import { flag, integer, json, nullable, text, word } from "../columns.ts";
import { fleetKind } from "../kind.ts";

/** A broker elsewhere, and what is carried between it and us. */
export const broker = fleetKind<Broker>()({
  name: "broker",
  table: "broker",
  since: "0040_brokers",
  references: [{ property: "workspace", kind: "workspace" }],
  resolve: (row, uid) => ({ ...row, account: uid("apiUser", row.account) }),
  key: "name",
  taken: "An external broker with this name exists already in the workspace.",
  audit: {
    name: ({ name, workspace }, look) => `${name}@${look.name("workspace", workspace) ?? "?"}`,
    secret: ["key"],
    shown: {
      account: (uid: number, look) => look.name("apiUser", uid) ?? "an account that is gone",
      certificate: (pem: string | null) => (pem === null ? null : `${pem.length} characters`),
      ca: (pem: string | null) => (pem === null ? null : `${pem.length} characters`),
      addresses: (all: readonly string[]) => all.map(withoutQuery),
      // templates and scripts may be long
      routes: (routes: readonly Route[]) => routes.map(shownRoute),
    },
  },
  columns: {
    workspace: integer("workspace"),
    name: text("name"),
    description: text("description"),
    addresses: json("addresses", textsOf),
    protocol: word("protocol", BROKER_PROTOCOLS),
    username: nullable(text("username")),
    password: nullable(text("password")),
    ca: nullable(text("ca")),
    certificate: nullable(text("certificate")),
    key: nullable(text("key")),
    serverName: nullable(text("server_name")),
    clientId: text("client_id"),
    keepAlive: integer("keep_alive"),
    sessionExpiry: integer("session_expiry"),
    hops: integer("hops"),
    account: integer("account"),
    paused: flag("paused"),
    routes: json("routes", readRoutes),
    created: integer("created"),
  },
});

function textsOf(value: unknown): string[] | null {
  return Array.isArray(value) && value.every((one): one is string => typeof one === "string") ? value : null;
}
/** What an address asks for may be a key: `wss://broker.example.com/mqtt?token=…`. */
function withoutQuery(address: string): string {
  const at = address.indexOf("?");
  return at < 0 ? address : `${address.slice(0, at)}?…`;
}
function shownRoute(route: Route): string {
  switch (route.direction) {
    case "in":
      return `in ${route.filter}`;
    case "out":
      return `out ${route.filter} to ${route.topic}`;
    case "forward":
      return `forward ${route.pattern} ${route.way} ${JSON.stringify(route.local_prefix)} ${JSON.stringify(route.remote_prefix)}`;
    default:
      return route satisfies never;
  }
}
