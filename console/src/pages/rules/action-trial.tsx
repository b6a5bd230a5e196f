import { Button } from "@mantine/core";
import { useState } from "react";
import type { TestedAction } from "../../../../sdk/operations.js";
import { api } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import { type ActionDraft, actionOf } from "./rule-actions.ts";
import type { RuleForm } from "./rule-form.ts";
import css from "./rules.module.css";

interface Props {
  readonly workspace: string;
  /** Number of the rule, whose secrets it has; null: it is not saved yet. */
  readonly rule: number | null;
  readonly form: RuleForm;
  readonly draft: ActionDraft;
}

/** What an action would be, with its templates filled in for a device, and doing it once. */
export function ActionTrial({ workspace, rule, form, draft }: Props) {
  const words = useText().rules;
  const [tested, setTested] = useState<TestedAction | null>(null);
  const run = async (isDry: boolean) => {
    setTested(null);
    // requests take what answers have
    const action = actionOf(draft) as Exclude<Parameters<typeof api.testRuleAction>[0]["body"]["action"], number>;
    const device = await deviceFor(workspace, form);
    setTested((await api.testRuleAction({ workspace, body: { rule, action, device, dry_run: isDry } })).data);
  };
  const [shows, does] = [useAct(() => run(true)), useAct(() => run(false))];
  return (
    <>
      <div className={css.actions}>
        <Button variant="default" loading={shows.busy} onClick={() => void shows.run()}>
          {words.preview}
        </Button>
        <Button variant="subtle" loading={does.busy} onClick={() => void does.run()} title={words.doItHow}>
          {words.doIt}
        </Button>
      </div>
      <RefusalNote error={shows.error ?? does.error} />
      {tested !== null && (
        <pre role="status" className={css.preview}>
          {previewOf(tested)}
        </pre>
      )}
    </>
  );
}
/** The first device that the rule is about, as the form says it. */
async function deviceFor(workspace: string, { devices, products, tags }: RuleForm) {
  const [named] = devices;
  if (named !== undefined) return named;
  const [product] = products;
  const [tag] = tags;
  const wish = { ...(product !== undefined && { product }), ...(tag !== undefined && { tag }) };
  const { data } = await api.listDevices({ workspace, limit: 1, ...wish });
  const [first] = data.items;
  return first === undefined ? null : { product: first.product, device: first.id };
}
function previewOf({ text, rendered }: TestedAction): string {
  return [text, ...Object.entries(rendered).map(([key, value]) => `${key}: ${value}`)].join("\n");
}
