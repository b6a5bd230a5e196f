import { type BadValue, BadValues } from "../../base/errors.ts";
import { isFilter, isLevel } from "../../topic/names.ts";
import type { Directory } from "../directory.ts";
import type { Draughtsman } from "../plan-draft.ts";
import type { Sparkplug } from "../types.ts";
import { defined, sameRow, type Stated } from "./patch.ts";

/** Edits of hosts of Sparkplug B, for FleetService.edit. */

/** Patterns that lead to products. */
export const MOST_RULES = 200;
/** Milliseconds that a missing message may be waited for. */
export const REORDER = { least: 0, most: 60_000, usual: 5000 } as const;
export const SPARKPLUG_RULE = {
  host: "1 to 200 characters without +, # and /",
  nodes: "a filter over group/node/device like plant-1/# or +/gateway/+",
  reorder: `${REORDER.least} to ${REORDER.most} milliseconds`,
} as const;

export type SparkplugWish = Omit<Sparkplug, "uid" | "workspace">;
/** What a host is where nothing else is said. */
export const PLAIN_SPARKPLUG = { reorder: REORDER.usual, rebirth: true, active: true } as const;

export function isHostId(text: string): boolean {
  return text.length <= 200 && isLevel(text);
}
export function isNodes(text: string): boolean {
  return isFilter(text, 4) && text.length <= 1000;
}
export function isReorder(ms: number): boolean {
  return Number.isInteger(ms) && ms >= REORDER.least && ms <= REORDER.most;
}

/** What is wrong with a host. The paths are names of its properties. */
export function sparkplugProblems({ host, products, reorder }: SparkplugWish): readonly BadValue[] {
  const problems: BadValue[] = [];
  const say = (path: string, message: string) => problems.push({ path, message });
  if (!isHostId(host)) say("host", `allowed is ${SPARKPLUG_RULE.host}`);
  if (products.length > MOST_RULES) say("products", `at most ${MOST_RULES} are allowed`);
  for (const [i, { nodes }] of products.entries())
    if (!isNodes(nodes)) say(`products[${i}].nodes`, `allowed is ${SPARKPLUG_RULE.nodes}`);
  if (!isReorder(reorder)) say("reorder", `allowed are ${SPARKPLUG_RULE.reorder}`);
  return problems;
}

/** The host of a workspace. */
export function sparkplugOf(directory: Directory, workspace: number): Sparkplug | undefined {
  return directory.childrenOf("sparkplug", "workspace", workspace)[0];
}

/** Makes the workspace a host, or changes it. @throws BadValues invalid_request */
export function setSparkplug(draft: Draughtsman, workspace: number, wish: SparkplugWish): void {
  const known = sparkplugOf(draft.directory, workspace);
  refuse(sparkplugProblems(wish));
  const row: Sparkplug = { ...wish, uid: known?.uid ?? draft.temporary(), workspace };
  if (known === undefined || !sameRow(row, known)) draft.drafts.push({ kind: "sparkplug", op: "put", row });
}
/** Changes some of it. @throws BadValues invalid_request */
export function changeSparkplug(draft: Draughtsman, row: Sparkplug, changes: Stated<SparkplugWish>): void {
  setSparkplug(draft, row.workspace, { ...row, ...defined(changes) });
}
export function deleteSparkplug(draft: Draughtsman, { uid }: Sparkplug): void {
  draft.drafts.push({ kind: "sparkplug", op: "delete", uid });
}

function refuse(problems: readonly BadValue[]): void {
  if (problems.length > 0) throw new BadValues("invalid_request", problems);
}
