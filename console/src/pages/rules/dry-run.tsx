import list from "../../parts/list.module.css";
import { Button } from "@mantine/core";
import { useState } from "react";
import type { RuleDryRun } from "../../../../sdk/operations.js";
import { api } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { Ago } from "../../parts/ago.tsx";
import { formatValue } from "../../parts/format-value.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import { type RuleForm, ruleBodyOf } from "./rule-form.ts";
import css from "./rules.module.css";

const SHOWN = 10;

/** What the rule, as it stands in the form, would have done over what is recorded of the last week. Nothing is stored or sent. */
export function DryRun({ workspace, form }: { readonly workspace: string; readonly form: RuleForm }) {
  const t = useText();
  const words = t.rules;
  const [found, setFound] = useState<RuleDryRun | null>(null);
  const run = useAct(async () => {
    setFound(null);
    const { scope, trigger, condition, for: held, repeat, hours } = ruleBodyOf(form);
    setFound((await api.tryRule({ workspace, body: { scope, trigger, condition, for: held, repeat, hours } })).data);
  });
  return (
    <div className={css.form}>
      <div>
        <Button variant="default" loading={run.busy} onClick={() => void run.run()}>
          {words.dryRun}
        </Button>
      </div>
      <RefusalNote error={run.error} />
      {found !== null && (
        <div role="status">
          <p>{words.wouldHave(found.fired, found.devices, found.measurements)}</p>
          <ul className={list.list}>
            {found.firings.slice(0, SHOWN).map(({ device, fired, values }) => (
              <li key={`${device?.device} ${fired}`} className={css.row}>
                <span>{device?.device ?? "–"}</span>
                <span className={css.values}>
                  {values.map(({ field, value }) => `${field} ${formatValue(value, {}, t.time.locale)}`).join(", ")}
                </span>
                <span className="quiet small">
                  <Ago time={fired} />
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
