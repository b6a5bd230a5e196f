import {
  type ApiUser,
  DEVICE_PERMISSIONS,
  type Device,
  type DevicePermission,
  type Field,
  type FleetRows,
  type Grant,
  type Membership,
  type Product,
  type Retention,
  ROLES,
  type Role,
  type Token,
  TOPIC_PERMISSIONS,
  type TopicPermission,
  WORKSPACE_PERMISSIONS,
  type WorkspacePermission,
} from "../../../fleet/types.ts";
import { isUnsaid, retentionOf } from "../../../fleet/retention.ts";
import { FIELD_TYPES, type FieldType } from "../../../measure/types.ts";
import type { Schema } from "./schema.ts";

/**
 * Rows of the database to rows of the fleet and back. Reading trusts nothing: a value that the program cannot have
 * written means a damaged file, and is a RangeError here (open() makes the refusal of it).
 */

export function oneOf<T extends string>(list: readonly T[], value: string, where: string): T {
  const found = list.find((v) => v === value);
  if (found === undefined) throw new RangeError(`${where} has the unknown value ${JSON.stringify(value)}`);
  return found;
}
export function textList(json: string, where: string): string[] {
  if (json === "[]") return [];
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new RangeError(`${where} is not a list`);
  }
  if (Array.isArray(value) && value.every((v) => typeof v === "string")) return value;
  throw new RangeError(`${where} is not a list of texts`);
}

export function productFrom(r: Schema["product"]): Product {
  return {
    uid: r.uid,
    workspace: r.workspace,
    slug: r.slug,
    name: r.name,
    retainLastValues: r.retain_last_values === 1,
    publishBackfill: r.publish_backfill === 1,
    boolText: oneOf(["true", "True"] as const, r.bool_text, `product ${r.uid}: bool_text`),
    ...retentionFrom(r.retention, `product ${r.uid}`),
    ...(r.online_timeout !== null && { onlineTimeout: r.online_timeout }),
  };
}
export function productTo(p: Product): Schema["product"] {
  return {
    uid: p.uid,
    workspace: p.workspace,
    slug: p.slug,
    name: p.name,
    retain_last_values: p.retainLastValues ? 1 : 0,
    publish_backfill: p.publishBackfill ? 1 : 0,
    bool_text: p.boolText,
    retention: retentionTo(p.retention),
    online_timeout: p.onlineTimeout ?? null,
  };
}

export function fieldFrom(r: Schema["field"]): Field {
  const type: FieldType = oneOf(FIELD_TYPES, r.type, `field ${r.uid}: type`);
  const { decimals, description } = r;
  return {
    uid: r.uid,
    product: r.product,
    id: r.id,
    type,
    name: r.name,
    unit: r.unit,
    ...(decimals !== null && { decimals }),
    ...(description !== null && { description }),
    ...(r.active === 0 && { active: false }),
    ...retentionFrom(r.retention, `field ${r.uid}`),
  };
}
export function fieldTo(f: Field): Schema["field"] {
  return {
    uid: f.uid,
    product: f.product,
    id: f.id,
    type: f.type,
    name: f.name,
    unit: f.unit,
    decimals: f.decimals ?? null,
    description: f.description ?? null,
    active: f.active === false ? 0 : 1,
    retention: retentionTo(f.retention),
  };
}

function retentionFrom(json: string | null, where: string): { readonly retention?: Retention } {
  if (json === null) return {};
  const retention = retentionOf(json);
  if (retention === null) throw new RangeError(`${where}: retention is not understood`);
  return { retention };
}
/** Nothing said is null, however it is written. */
function retentionTo(retention: Retention | undefined): string | null {
  return isUnsaid(retention) ? null : JSON.stringify(retention);
}

export function deviceFrom(r: Schema["device"]): Device {
  const tags = textList(r.tags, `device ${r.uid}: tags`);
  const { location, metadata, online_timeout: onlineTimeout } = r;
  return {
    uid: r.uid,
    product: r.product,
    id: r.id,
    name: r.name,
    serial: r.serial,
    tags,
    ...(location !== null && { location }),
    ...(metadata !== null && { metadata }),
    ...(onlineTimeout !== null && { onlineTimeout }),
  };
}
export function deviceTo(d: Device): Schema["device"] {
  const tags = d.tags.length === 0 ? "[]" : JSON.stringify(d.tags);
  return {
    uid: d.uid,
    product: d.product,
    id: d.id,
    name: d.name,
    serial: d.serial,
    tags,
    location: d.location ?? null,
    metadata: d.metadata ?? null,
    online_timeout: d.onlineTimeout ?? null,
  };
}

export function userFrom(r: Schema["account"]): FleetRows["user"] {
  return { uid: r.uid, email: r.email, admin: r.admin === 1 };
}
export function userTo(u: FleetRows["user"]): Schema["account"] {
  return { uid: u.uid, email: u.email, admin: u.admin ? 1 : 0 };
}

export function membershipFrom(r: Schema["membership"]): Membership {
  const role: Role = oneOf(ROLES, r.role, `membership ${r.uid}: role`);
  return { uid: r.uid, user: r.account, workspace: r.workspace, role };
}
export function membershipTo(m: Membership): Schema["membership"] {
  return { uid: m.uid, account: m.user, workspace: m.workspace, role: m.role };
}

export function tokenFrom(r: Schema["token"]): Token {
  return {
    uid: r.uid,
    hash: r.hash,
    hint: r.hint,
    name: r.name,
    user: r.account,
    apiUser: r.api_user,
    created: r.created,
    expires: r.expires,
  };
}
export function tokenTo(t: Token): Schema["token"] {
  return {
    uid: t.uid,
    hash: t.hash,
    hint: t.hint,
    name: t.name,
    account: t.user,
    api_user: t.apiUser,
    created: t.created,
    expires: t.expires,
  };
}

export function apiUserFrom(r: Schema["api_user"], grants: readonly Schema["api_grant"][]): ApiUser {
  return { uid: r.uid, workspace: r.workspace, name: r.name, mqtt: r.mqtt === 1, grants: grants.map(grantFrom) };
}
export function apiUserTo(a: ApiUser): Schema["api_user"] {
  return { uid: a.uid, workspace: a.workspace, name: a.name, mqtt: a.mqtt ? 1 : 0 };
}

export function grantFrom(r: Schema["api_grant"]): Grant {
  const where = `rights of API user ${r.api_user}`;
  const can = textList(r.can, where);
  const devicePermissions = (): DevicePermission[] => can.map((c) => oneOf(DEVICE_PERMISSIONS, c, where));
  switch (r.scope) {
    case "all":
      return { scope: "all", can: devicePermissions() };
    case "product":
      if (r.product !== null) return { scope: "product", product: r.product, can: devicePermissions() };
      break;
    case "tag":
      if (r.tag !== null) return { scope: "tag", tag: r.tag, can: devicePermissions() };
      break;
    case "device":
      if (r.device !== null) return { scope: "device", device: r.device, can: devicePermissions() };
      break;
    case "workspace": {
      const list: WorkspacePermission[] = can.map((c) => oneOf(WORKSPACE_PERMISSIONS, c, where));
      return { scope: "workspace", can: list };
    }
    case "instance":
      return { scope: "instance", can: can.map((c) => oneOf(["operate"] as const, c, where)) };
    case "free_topics": {
      if (r.filters === null || r.except_filters === null) break;
      const list: TopicPermission[] = can.map((c) => oneOf(TOPIC_PERMISSIONS, c, where));
      const [filters, except] = [textList(r.filters, where), textList(r.except_filters, where)];
      return { scope: "free_topics", filters, except, can: list };
    }
  }
  throw new RangeError(`${where}: unknown or incomplete scope ${JSON.stringify(r.scope)}`);
}
export function grantsTo(a: ApiUser): Schema["api_grant"][] {
  return a.grants.map((g, position) => ({
    api_user: a.uid,
    position,
    scope: g.scope,
    product: g.scope === "product" ? g.product : null,
    device: g.scope === "device" ? g.device : null,
    tag: g.scope === "tag" ? g.tag : null,
    can: JSON.stringify(g.can),
    filters: g.scope === "free_topics" ? JSON.stringify(g.filters) : null,
    except_filters: g.scope === "free_topics" ? JSON.stringify(g.except) : null,
  }));
}
