import { BadValues } from "../base/errors.ts";
import type { WebhookEvent, Workspace } from "../fleet/types.ts";
import { webhookProblem } from "../fleet/webhooks.ts";
import type { WebhookPreview } from "../integrations/webhooks/types.ts";
import type { Asker } from "./actor.ts";
import type { AdminDeps } from "./types.ts";
import type { WebhookGiven } from "./webhook-values.ts";
import { sending, wishFrom } from "./webhooks.ts";

/** What a webhook that is not saved yet is taken to be, where it is not said. */
const UNSAID = { name: "preview", url: "https://example.com/", events: ["device_measurement"] } as const;

/**
 * What a request of such a webhook would hold, with the newest measurement that it would tell of, by the rights of who asks. Nothing is sent or kept.
 * @throws BadValues, Refusal invalid_request, not_permitted, not_available
 */
export function previewWebhook(
  asker: Asker<Pick<AdminDeps, "directory" | "fleet" | "webhooks">>,
  workspace: Workspace,
  { event, ...given }: WebhookGiven & { readonly event?: WebhookEvent | undefined },
): WebhookPreview {
  const { name = UNSAID.name, url = UNSAID.url, events = [...UNSAID.events] } = given;
  const wish = wishFrom(asker, workspace, { ...given, name, url, events });
  const row = { ...wish, uid: 0, workspace: workspace.uid, secret: "", created: 0 };
  const problem = webhookProblem(row);
  if (problem !== null) throw new BadValues("invalid_request", [{ path: problem.key, message: problem.text }]);
  return sending(asker.deps).preview(row, event);
}
