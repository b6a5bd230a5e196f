import { NativeSelect, TextInput } from "@mantine/core";
import type { ApiProblem } from "../../api/problem.ts";
import { useText } from "../../text/index.ts";
import { type RuleForm, TRIGGERS } from "./rule-form.ts";
import css from "./rules.module.css";

interface Props {
  readonly form: RuleForm;
  readonly set: (next: Partial<RuleForm>) => void;
  readonly problem: ApiProblem | null;
}

/** What a rule is looked at for. */
export function TriggerPart({ form, set, problem }: Props) {
  const words = useText().rules;
  const text = (
    key: "fields" | "timeout" | "cron" | "zone" | "lat" | "lng" | "radius",
    path: string,
    help?: string,
  ) => (
    <TextInput
      label={key === "fields" && form.trigger === "geofence" ? words.position : words.triggerPart[key]}
      description={help}
      value={form[key]}
      onChange={({ currentTarget }) => set({ [key]: currentTarget.value })}
      error={problem?.about(`trigger.${path}`)}
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
        {form.trigger === "measurement" && text("fields", "fields", words.fieldsHelp)}
        {form.trigger === "silence" && text("timeout", "timeout", words.timeoutHelp)}
        {form.trigger === "schedule" && text("cron", "cron", words.cronHelp)}
        {form.trigger === "schedule" && text("zone", "zone")}
        {form.trigger === "geofence" && (
          <>
            {text("fields", "field")}
            <NativeSelect
              label={words.event}
              data={(["enter", "leave"] as const).map((value) => ({ value, label: words.events[value] }))}
              value={form.event}
              onChange={({ currentTarget: { value } }) => set({ event: value === "leave" ? "leave" : "enter" })}
            />
            {text("lat", "lat")}
            {text("lng", "lng")}
            {text("radius", "radius")}
          </>
        )}
      </div>
    </fieldset>
  );
}
