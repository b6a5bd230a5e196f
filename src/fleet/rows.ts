import type { FieldType } from "../measure/types.ts";
import type { FieldRole, Integration, Made, Named, Semantic } from "./integration-rows.ts";

/** `uid`: the store's row id, never reused; `id`/`slug`: what people and topics use. */
export interface Workspace extends Named, Made {
  readonly uid: number;
  readonly slug: string;
  readonly name: string;
}
/** Steps of rollups, finest first. */
export const ROLLUP_STEPS = ["1m", "1h", "1d"] as const;
export type RollupStep = (typeof ROLLUP_STEPS)[number];
/** How long something is kept: days; null: for ever. */
export type KeepDays = number | null;
/** How long measurements are kept, and figures of them (rollups) after they are gone. See retention.ts. */
export interface Retention {
  /** Absent: a field is kept as its product says, a product for ever. */
  readonly days?: KeepDays;
  /** The rollups there are, each with its own time. Absent: a field has those of its product, a product none. */
  readonly rollups?: Readonly<Partial<Record<RollupStep, KeepDays>>>;
}
export interface Product extends Named, Made, Integration {
  readonly uid: number;
  readonly workspace: number;
  readonly slug: string;
  readonly name: string;
  readonly retainLastValues: boolean;
  readonly publishBackfill: boolean;
  readonly boolText: "true" | "True";
  /** Absent: everything is kept for ever. */
  readonly retention?: Retention;
  /** Its devices count as online for so many seconds after their last measurement. Absent: as the instance says. */
  readonly onlineTimeout?: number;
}
export interface Field extends Named {
  readonly uid: number;
  readonly product: number;
  readonly id: string;
  readonly type: FieldType;
  readonly name: string;
  readonly unit: string | null;
  /** What differs from the product's. */
  readonly retention?: Retention;
  /** Digits after the point that people are shown. Absent: as many as there are. */
  readonly decimals?: number;
  readonly description?: string;
  /** Present: switched off. It takes no measurements; what it has stays readable. */
  readonly active?: false;
  /** What it is for its device: of each role a product has one field. */
  readonly role?: FieldRole;
  /** What it measures, in words that are the same in all products. */
  readonly semantic?: Semantic;
  /** Whether people and programs set it, like a switch or a set point, rather than devices measuring it. Absent: where it has neither a unit nor a semantic of something measured. */
  readonly settable?: boolean;
  /** Present: it is computed from other fields of its product (docs/formulas.md), and takes no measurements from anybody. */
  readonly formula?: string;
}
export interface Device extends Made {
  readonly uid: number;
  readonly product: number;
  readonly id: string;
  readonly name: string;
  readonly serial: string | null;
  readonly tags: readonly string[];
  /** Where it stands, in words. */
  readonly location?: string;
  /** A JSON object, as text. Absent: none. */
  readonly metadata?: string;
  /** In seconds. Absent: as its product says. */
  readonly onlineTimeout?: number;
}
export interface User extends Named {
  readonly uid: number;
  readonly email: string;
  readonly admin: boolean;
}
export const ROLES = ["owner", "admin", "member", "observer"] as const;
export type Role = (typeof ROLES)[number];
export interface Membership {
  readonly uid: number;
  readonly user: number;
  readonly workspace: number;
  readonly role: Role;
}

/** Device permissions (wire contract section 8). `view` is implied by any other but `record_only`. */
export const DEVICE_PERMISSIONS = [
  "view",
  "record_only",
  "record_measurements",
  "edit_basics",
  "edit_product",
] as const;
export type DevicePermission = (typeof DEVICE_PERMISSIONS)[number];
export const WORKSPACE_PERMISSIONS = [
  "basics",
  "members",
  "devices",
  "integrations",
  "rules",
  "dashboards",
  "exports",
] as const;
export type WorkspacePermission = (typeof WORKSPACE_PERMISSIONS)[number];

/** What may be done on free topics: ordinary MQTT between the clients of one workspace (section 4). */
export const TOPIC_PERMISSIONS = ["publish", "subscribe"] as const;
export type TopicPermission = (typeof TOPIC_PERMISSIONS)[number];

/** One line of an API user's rights. uids refer to rows that exist; a grant dies with the row it names. */
export type Grant =
  | { readonly scope: "all"; readonly can: readonly DevicePermission[] }
  | { readonly scope: "product"; readonly product: number; readonly can: readonly DevicePermission[] }
  | { readonly scope: "tag"; readonly tag: string; readonly can: readonly DevicePermission[] }
  | { readonly scope: "device"; readonly device: number; readonly can: readonly DevicePermission[] }
  | { readonly scope: "workspace"; readonly can: readonly WorkspacePermission[] }
  | { readonly scope: "instance"; readonly can: readonly "operate"[] }
  /** The free topics that match one of `filters` and none of `except`. */
  | {
      readonly scope: "free_topics";
      readonly filters: readonly string[];
      readonly except: readonly string[];
      readonly can: readonly TopicPermission[];
    };
export interface ApiUser extends Made {
  readonly uid: number;
  readonly workspace: number;
  readonly name: string;
  readonly mqtt: boolean;
  readonly grants: readonly Grant[];
  /** Its clients are a Home Assistant that looks for devices below this prefix. Absent: they are not. */
  readonly homeAssistant?: string;
}
/** `hash`: lower-case hex SHA-256 of the token; `hint`: its last four characters, to tell tokens apart. `expires`: µs or null. */
export interface Token {
  readonly uid: number;
  readonly hash: string;
  readonly hint: string;
  readonly name: string;
  readonly user: number | null;
  readonly apiUser: number | null;
  readonly created: number;
  readonly expires: number | null;
}
