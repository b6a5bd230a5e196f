import { z } from "zod";
import { BadValues } from "../base/errors.ts";
import { actionsFrom, actionWishes } from "../fleet/rule-action-wish.ts";
import type { Rule, RuleAction, Workspace } from "../fleet/types.ts";
import type { ActionTried } from "../integrations/alerts/trying.ts";
import type { Asker } from "./actor.ts";
import { alertsOf } from "./alerts.ts";
import type { AdminDeps } from "./types.ts";
import { checkActing, ownAccount } from "./webhook-account.ts";
import * as values from "./values.ts";

/** Trying an action of a rule, or one that is not saved yet. */

type Deps = Pick<AdminDeps, "directory" | "fleet" | "alerts">;

export const trialWish = z.strictObject({
  rule: z.int().min(1).nullable().default(null).meta({
    description:
      "Number of the rule whose account, alert and secrets it has; null: of none, with the rights of who asks.",
  }),
  action: z
    .union([z.int().min(0).max(100), actionWishes.actions.element])
    .meta({ description: "Its place in the rule's list, from 0 on; or an action that is not saved yet." }),
  device: z
    .strictObject({ product: values.slug, device: values.deviceId })
    .nullable()
    .default(null)
    .meta({ description: "For which device it is as if the rule had fired; null: none." }),
  dry_run: values.dry.meta({ description: "Only say what it would be." }),
});
type TrialWish = z.output<typeof trialWish>;

/** Does an action once. @throws BadValues; Refusal not_permitted, not_available */
export async function tryRuleAction(asker: Asker<Deps>, workspace: Workspace, wish: TrialWish): Promise<ActionTried> {
  const { directory } = asker.deps;
  const row = wish.rule === null ? null : directory.row("rule", wish.rule);
  if (row !== null && row?.workspace !== workspace.uid) throw wrong("rule", `The workspace has no rule ${wish.rule}.`);
  const account = row?.account ?? ownAccount(asker);
  checkActing(asker, workspace.uid, account, "rule");
  const device = deviceIn(asker, workspace, wish.device);
  const { uid = 0, name = "A rule", actions = [], alert = null } = row ?? {};
  return alertsOf(asker.deps).tryAction({
    rule: { uid, workspace: workspace.uid, name, account, actions, alert },
    action: actionIn(asker, workspace, wish.action, row ?? null),
    device,
    fields: fieldsOf(row ?? null, directory.deviceByUid(device)?.product.fields.keys()),
    isDry: wish.dry_run,
  });
}
const wrong = (path: string, message: string) => new BadValues("invalid_request", [{ path, message }]);

function deviceIn({ deps, who }: Asker<Deps>, workspace: Workspace, named: TrialWish["device"]): number {
  if (named === null) return 0;
  const node = deps.directory.product(named.product)?.device(named.device);
  if (node?.product.row.workspace === workspace.uid && who.principal.mayView(node)) return node.row.uid;
  throw wrong("device", `You may view no device ${named.product}/${named.device} of the workspace.`);
}
function actionIn(
  { deps: { directory } }: Asker<Deps>,
  workspace: Workspace,
  given: TrialWish["action"],
  row: Rule | null,
): RuleAction {
  if (typeof given === "number") {
    const action = row?.actions[given];
    if (action === undefined) throw wrong("action", `The rule has no action ${given}; they are counted from 0 on.`);
    return action;
  }
  const deviceOf = (product: string, device: string) => {
    const node = directory.product(product);
    return node?.row.workspace === workspace.uid ? node.device(device)?.row.uid : undefined;
  };
  const bad: { path: string; message: string }[] = [];
  const [action] = actionsFrom([given], deviceOf, row?.actions ?? [], ({ path, message }) =>
    bad.push({ path: path.replace("actions[0]", "action"), message }),
  );
  if (bad.length > 0 || action === undefined) throw new BadValues("invalid_request", bad);
  return action;
}
/** The fields that decide: those of its trigger; without a rule all that the device has. */
function fieldsOf(row: Rule | null, all: Iterable<string> = []): readonly string[] {
  const trigger = row?.definition.trigger;
  if (trigger?.type === "measurement") return trigger.fields;
  return trigger?.type === "geofence" ? [trigger.field] : [...all].slice(0, 1);
}
