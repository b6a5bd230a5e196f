import { lineKeys, type Rights } from "./rights.ts";

/** Whether `after` lacks something that `before` has, apart from the devices themselves. */
export function loses(before: Rights, after: Rights): boolean {
  if ((before.operate && !after.operate) || (before.mqtt && !after.mqtt)) return true;
  const keys = lineKeys(after.lines);
  for (const key of lineKeys(before.lines)) if (!keys.has(key)) return true;
  const free = new Set(after.free?.keys());
  for (const key of before.free?.keys() ?? []) if (!free.has(key)) return true;
  for (const [workspace, permissions] of before.workspaces) {
    const now = after.workspaces.get(workspace);
    if (!now) return true;
    for (const p of permissions) if (!now.has(p)) return true;
  }
  return false;
}
