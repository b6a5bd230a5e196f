import { NativeSelect, TextInput } from "@mantine/core";
import type { ApiProblem } from "../../api/problem.ts";
import { FieldsChoice } from "../../parts/choices/field-choice.tsx";
import { useText } from "../../text/index.ts";
import { CirclePart } from "./circle-part.tsx";
import { type RuleForm, TRIGGERS } from "./rule-form.ts";
import css from "./rules.module.css";

interface Props {
  readonly workspace: string;
  readonly form: RuleForm;
  readonly set: (next: Partial<RuleForm>) => void;
  readonly problem: ApiProblem | null;
}

/** What a rule is looked at for. */
export function TriggerPart(props: Props) {
  const { workspace, form, set, problem } = props;
  const words = useText().rules;
  const text = (key: "timeout" | "cron" | "zone", help?: string) => (
    <TextInput
      label={words.triggerPart[key]}
      description={help}
      value={form[key]}
      onChange={({ currentTarget }) => set({ [key]: currentTarget.value })}
      error={problem?.about(`trigger.${key}`)}
      spellCheck={false}
      required={key !== "timeout"}
    />
  );
  return (
    <fieldset className={css.group}>
      <legend>{words.trigger}</legend>
      <div className={css.two}>
        <NativeSelect
          label={words.when}
          data={TRIGGERS.map((value) => ({ value, label: words.triggers[value] }))}
          value={form.trigger}
          onChange={({ currentTarget: { value } }) =>
            set({ trigger: TRIGGERS.find((one) => one === value) ?? "measurement" })
          }
        />
        {form.trigger === "measurement" && (
          <FieldsChoice
            label={words.triggerPart.fields}
            placeholder="TEMPERATURE"
            required
            workspace={workspace}
            products={form.products}
            value={form.fields}
            onChange={(fields) => set({ fields })}
            error={problem?.about("trigger.fields")}
          />
        )}
        {form.trigger === "silence" && text("timeout", words.timeoutHelp)}
        {form.trigger === "schedule" && text("cron", words.cronHelp)}
        {form.trigger === "schedule" && text("zone")}
      </div>
      {form.trigger === "geofence" && <CirclePart {...props} />}
    </fieldset>
  );
}
