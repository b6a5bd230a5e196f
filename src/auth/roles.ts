import { type DevicePermission, type Role, WORKSPACE_PERMISSIONS, type WorkspacePermission } from "../fleet/types.ts";

/** Roles of people: names for bundles of the same permissions that API users are granted (section 8). */
interface Bundle {
  /** On every device of the workspace. */
  readonly devices: readonly DevicePermission[];
  readonly workspace: readonly WorkspacePermission[];
  /** All free topics of the workspace; for a person, while this is the only workspace (section 4). */
  readonly freeTopics: boolean;
}
const ALL_DEVICE: readonly DevicePermission[] = ["view", "record_measurements", "edit_basics", "edit_product"];

export const ROLE_BUNDLES: Readonly<Record<Role, Bundle>> = {
  owner: { devices: ALL_DEVICE, workspace: WORKSPACE_PERMISSIONS, freeTopics: true },
  admin: { devices: ALL_DEVICE, workspace: WORKSPACE_PERMISSIONS, freeTopics: true },
  member: {
    devices: ALL_DEVICE,
    workspace: ["devices", "integrations", "rules", "dashboards", "exports"],
    freeTopics: false,
  },
  observer: { devices: ["view"], workspace: [], freeTopics: false },
};

/** View comes with every device permission but record_only, which is for those who must not read. */
export function givesView(can: readonly DevicePermission[]): boolean {
  return can.some((c) => c !== "record_only");
}
export function givesRecord(can: readonly DevicePermission[]): boolean {
  return can.some((c) => c === "record_measurements" || c === "record_only");
}
