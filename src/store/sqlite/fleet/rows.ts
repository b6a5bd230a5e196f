import {
  type ApiUser,
  DEVICE_PERMISSIONS,
  type Device,
  type DevicePermission,
  type Grant,
  type Membership,
  ROLES,
  type Role,
  type Token,
  TOPIC_PERMISSIONS,
  type TopicPermission,
  WORKSPACE_PERMISSIONS,
  type WorkspacePermission,
} from "../../../fleet/types.ts";
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

export function deviceFrom(r: Schema["device"]): Device {
  const tags = textList(r.tags, `device ${r.uid}: tags`);
  const { location, metadata, online_timeout: onlineTimeout, created } = r;
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
    ...(created !== null && { created }),
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
    created: d.created ?? null,
  };
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
export function tokenTo({ user: account, apiUser: api_user, ...rest }: Token): Schema["token"] {
  return { ...rest, account, api_user };
}

export function apiUserFrom(r: Schema["api_user"], grants: readonly Schema["api_grant"][]): ApiUser {
  const { uid, workspace, name, mqtt, created, home_assistant: homeAssistant } = r;
  const more = { ...(created !== null && { created }), ...(homeAssistant !== null && { homeAssistant }) };
  return { uid, workspace, name, mqtt: mqtt === 1, grants: grants.map(grantFrom), ...more };
}
export function apiUserTo(a: ApiUser): Schema["api_user"] {
  const { uid, workspace, name, mqtt, created = null, homeAssistant: home_assistant = null } = a;
  return { uid, workspace, name, mqtt: mqtt ? 1 : 0, created, home_assistant };
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
