import type { FLEET_KINDS } from "./kinds.ts";

export * from "./dashboard-rows.ts";
export * from "./broker-rows.ts";
export * from "./downlink-rows.ts";
export * from "./integration-rows.ts";
export * from "./rows.ts";
export * from "./rule-rows.ts";
export * from "./rule-action-rows.ts";
export * from "./sparkplug-rows.ts";
export * from "./webhook-rows.ts";

type Specs = (typeof FLEET_KINDS)[number];
/** The row of each kind, by the kind's name. */
export type FleetRows = { [S in Specs as S["name"]]: NonNullable<S["row"]> };
export type FleetKind = keyof FleetRows;
/** What a committed change did; the in-memory directory applies them in order. */
export type FleetChange = {
  [K in FleetKind]:
    | { readonly kind: K; readonly op: "put"; readonly row: FleetRows[K] }
    | { readonly kind: K; readonly op: "delete"; readonly uid: number };
}[FleetKind];
