import type { Webhook } from "../../../../sdk/operations.js";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";

const KINDS = { active: "ok", failing: "bad", paused: "away", off: "away" } as const;

/** How a webhook is, in a word. */
export function WebhookState({ webhook }: { readonly webhook: Pick<Webhook, "state"> }) {
  const { states } = useText().webhook;
  return <Status kind={KINDS[webhook.state]}>{states[webhook.state]}</Status>;
}
