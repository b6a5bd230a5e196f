import { withAccess } from "../access.ts";
import { serverSettings } from "../folder.ts";
import { ago, wholeNumber } from "../numbers.ts";
import { type Colors, colors, json, utcTime, table } from "../text.ts";
import type { Io } from "../types.ts";
import { wireRecord } from "../../measure/wire-form.ts";
import type { AuditLine } from "../../admin/audit.ts";

const LIMIT = 50;

/** `audit [--workspace W] [--account N] [--action A] [--since T]`: who did what, newest first. */
export async function audit(io: Io, _args: readonly string[], flags: Readonly<Record<string, unknown>>) {
  const settings = serverSettings(io, flags);
  const { workspace, account, action, since } = flags;
  const wish = {
    limit: wholeNumber("--limit", flags.limit, LIMIT, 1, 100_000),
    ...(workspace !== undefined && { workspace: String(workspace) }),
    ...(account !== undefined && { account: String(account) }),
    ...(action !== undefined && { action: String(action) }),
    ...(since !== undefined && { since: ago("--since", String(since), Date.now()) }),
  };
  const lines = await withAccess(settings, {}, (access) => access.call("auditList", wish));
  if (flags.json === true) io.out(json(lines.map(entryForm)));
  else if (lines.length === 0) io.err("Nothing was noted.\n");
  else io.out(renderAudit(lines, colors(io.color)));
  return 0;
}

/** As the API has it: names beside the keys and numbers that programs compare. */
function entryForm({ id, time, by, action, workspace, target, name, before, after }: AuditLine) {
  const actor = { account: by.key, name: by.name, address: by.from };
  return { id, time, actor, action, workspace, target: { uid: target, name }, before, after };
}

export function renderAudit(lines: readonly AuditLine[], c: Colors): string {
  const rows = lines.map((e) => [
    utcTime(e.time),
    e.by.name,
    e.by.from ?? "-",
    e.action,
    e.name,
    e.workspace ?? "-",
    change(e),
  ]);
  return table(["TIME", "WHO", "FROM", "ACTION", "WHAT", "WORKSPACE", "CHANGE"], rows, c);
}

/** `name: "a" → "b"`; of what came or went nothing but what it took along. */
function change({ before, after }: AuditLine): string {
  if (before === null) return "";
  const show = (value: unknown) => (value === undefined ? "-" : JSON.stringify(value));
  if (after === null) return "taken" in before ? `takes along ${show(before.taken)}` : "";
  const [was, is] = [wireRecord(before), wireRecord(after)];
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return keys.map((key) => `${key}: ${show(was[key])} → ${show(is[key])}`).join(", ");
}
