import { Button } from "@mantine/core";
import type { Rule } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { Ago } from "../../parts/ago.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import css from "./rules.module.css";

const SPANS = ["1h", "8h", "7d"] as const;

/** Lets a rule do nothing for a while; it is looked at all the same. */
export function Snooze({ rule, may }: { readonly rule: Rule; readonly may: boolean }) {
  const t = useText();
  const words = t.rules;
  return (
    <div className={css.actions}>
      {rule.snoozed_until !== null && (
        <span>
          {words.snoozed} <Ago time={rule.snoozed_until} />
        </span>
      )}
      {rule.snoozed_until === null ? (
        SPANS.map((span) => <Until key={span} rule={rule} until={span} may={may} text={words.snooze[span]} />)
      ) : (
        <Until rule={rule} until={null} may={may} text={words.wake} />
      )}
    </div>
  );
}

interface UntilProps {
  readonly rule: Rule;
  readonly until: string | null;
  readonly may: boolean;
  readonly text: string;
}
function Until({ rule, until, may, text }: UntilProps) {
  const t = useText();
  const act = useAct(async () => {
    await api.snoozeRule({ workspace: rule.workspace, rule: rule.rule, body: { until } });
    await queryClient.invalidateQueries({ queryKey: ["rules"] });
  });
  return (
    <>
      <Button
        variant="default"
        loading={act.busy}
        disabled={!may}
        title={may ? undefined : t.common.needs("rules")}
        onClick={() => void act.run()}
      >
        {text}
      </Button>
      <RefusalNote error={act.error} />
    </>
  );
}
