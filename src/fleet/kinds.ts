import type { AnyRow, FleetKindSpec } from "./kind.ts";
import { apiUser } from "./kinds/api-user.ts";
import { broker } from "./kinds/broker.ts";
import { configurationField } from "./kinds/configuration-field.ts";
import { configurationValue } from "./kinds/configuration-value.ts";
import { dashboard } from "./kinds/dashboard.ts";
import { dashboardShare } from "./kinds/dashboard-share.ts";
import { decoder } from "./kinds/decoder.ts";
import { device } from "./kinds/device.ts";
import { downlink } from "./kinds/downlink.ts";
import { field } from "./kinds/field.ts";
import { membership } from "./kinds/membership.ts";
import { network } from "./kinds/network.ts";
import { product } from "./kinds/product.ts";
import { rule } from "./kinds/rule.ts";
import { sparkplug } from "./kinds/sparkplug.ts";
import { token } from "./kinds/token.ts";
import { user } from "./kinds/user.ts";
import { webhook } from "./kinds/webhook.ts";
import { workspace } from "./kinds/workspace.ts";

/** The kinds of the fleet, each after those that it refers to. */
export const FLEET_KINDS = [
  workspace,
  network,
  product,
  field,
  downlink,
  decoder,
  configurationField,
  device,
  configurationValue,
  user,
  membership,
  apiUser,
  webhook,
  dashboard,
  dashboardShare,
  broker,
  sparkplug,
  rule,
  token,
] as const;

/** A spec of which the row is not known: what goes over all kinds. */
// biome-ignore lint/suspicious/noExplicitAny: each spec takes its own row, and is given rows of its own kind only
export type AnyKind = FleetKindSpec<string, any>;

const ALL: readonly AnyKind[] = FLEET_KINDS;
const BY_NAME: ReadonlyMap<string, AnyKind> = new Map(ALL.map((spec) => [spec.name, spec]));

/** What is known of a kind. */
export function kindOf(name: string): AnyKind {
  const spec = BY_NAME.get(name);
  if (spec === undefined) throw new Error(`the fleet has no kind ${name}`);
  return spec;
}
export function allKinds(): readonly AnyKind[] {
  return ALL;
}
/** The number that a row refers to by a property; null: none. */
export function refersTo(row: AnyRow, property: string): number | null {
  const value: unknown = Reflect.get(row, property);
  return typeof value === "number" ? value : null;
}
/** A copy of a row with the numbers of the rows that it refers to replaced. */
export function withReferences(kind: string, row: AnyRow, uid: (kind: string, uid: number) => number): AnyRow {
  const spec = kindOf(kind);
  const next: AnyRow & Record<string, unknown> = { ...row };
  for (const { property, kind: of } of spec.references) {
    const value = refersTo(row, property);
    if (value !== null) next[property] = uid(of, value);
  }
  return spec.resolve === undefined ? next : (spec.resolve(next, uid) as AnyRow); // it answers a row of its kind
}
