import type { Directory } from "./directory.ts";
import type { FleetFile } from "./file.ts";
import { AccountPlanner } from "./plan-accounts.ts";
import { planBrokers } from "./plan-brokers.ts";
import { planDashboards } from "./plan-dashboards.ts";
import type { Draughtsman } from "./plan-draft.ts";
import { planRules } from "./plan-rules.ts";
import { planSparkplug } from "./plan-sparkplug.ts";
import { planWebhooks } from "./plan-webhooks.ts";

/** Accounts, and then what names them and all else: webhooks, external brokers, hosts of Sparkplug B, dashboards, rules. */
export function planAccounts(directory: Directory, draft: Draughtsman, file: FleetFile): AccountPlanner {
  const accounts = new AccountPlanner(directory, draft);
  for (const [i, workspace] of file.workspaces.entries()) accounts.workspace(workspace, `workspaces[${i}]`);
  for (const [i, user] of file.users.entries()) accounts.user(user, `users[${i}]`);
  for (const [i, workspace] of file.workspaces.entries()) {
    planWebhooks(directory, draft, workspace, `workspaces[${i}]`);
    planBrokers(directory, draft, workspace, `workspaces[${i}]`);
    planSparkplug(directory, draft, workspace, `workspaces[${i}]`);
    planDashboards(directory, draft, workspace, `workspaces[${i}]`);
    planRules(directory, draft, workspace, `workspaces[${i}]`);
  }
  return accounts;
}
