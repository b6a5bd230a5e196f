import { NativeSelect, Switch, TextInput } from "@mantine/core";
import type { ApiProblem } from "../../api/problem.ts";
import { useText } from "../../text/index.ts";
import { SEVERITIES } from "./rule-actions.ts";
import type { RuleForm } from "./rule-form.ts";
import css from "./rules.module.css";

interface Props {
  readonly form: RuleForm;
  readonly set: (next: Partial<RuleForm>) => void;
  readonly problem: ApiProblem | null;
}

/** The alert that a rule opens when it fires. */
export function AlertPart({ form: { alert }, set, problem }: Props) {
  const words = useText().rules;
  return (
    <fieldset className={css.group}>
      <legend>{words.alert}</legend>
      <Switch
        label={words.opensAlert}
        checked={alert !== null}
        onChange={({ currentTarget }) =>
          set({ alert: currentTarget.checked ? { severity: "warning", text: "{{ rule }}", closes: true } : null })
        }
      />
      {alert !== null && (
        <div className={css.two}>
          <NativeSelect
            label={words.severity}
            data={SEVERITIES.map((value) => ({ value, label: words.severities[value] }))}
            value={alert.severity}
            onChange={({ currentTarget: { value } }) =>
              set({ alert: { ...alert, severity: SEVERITIES.find((one) => one === value) ?? "warning" } })
            }
          />
          <TextInput
            label={words.alertText}
            description={words.templateHelp}
            value={alert.text}
            onChange={({ currentTarget }) => set({ alert: { ...alert, text: currentTarget.value } })}
            error={problem?.about("alert.text")}
          />
          <Switch
            label={words.closes}
            checked={alert.closes}
            onChange={({ currentTarget }) => set({ alert: { ...alert, closes: currentTarget.checked } })}
          />
        </div>
      )}
    </fieldset>
  );
}
