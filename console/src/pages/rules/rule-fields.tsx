import { Checkbox, Switch, TextInput } from "@mantine/core";
import type { ApiProblem } from "../../api/problem.ts";
import { DevicesChoice } from "../../parts/choices/devices-choice.tsx";
import { ProductsChoice, TagsChoice } from "../../parts/choices/scope-choice.tsx";
import { useText } from "../../text/index.ts";
import { ActionsPart } from "./actions-part.tsx";
import { AlertPart } from "./alert-part.tsx";
import { ConditionPart } from "./condition-part.tsx";
import { DryRun } from "./dry-run.tsx";
import { DAYS, type RuleForm } from "./rule-form.ts";
import css from "./rules.module.css";
import { TriggerPart } from "./trigger-part.tsx";

interface Props {
  readonly workspace: string;
  /** Number of the rule; null: it is not saved yet. */
  readonly rule: number | null;
  readonly form: RuleForm;
  readonly set: (next: Partial<RuleForm>) => void;
  readonly problem: ApiProblem | null;
}

/** Everything that a rule says. */
export function RuleFields(props: Props) {
  const { form, set, problem } = props;
  const words = useText().rules;
  const text = (key: "name" | "description" | "for" | "repeat" | "limit", path: string, help?: string) => (
    <TextInput
      label={words.part[key]}
      description={help}
      value={form[key]}
      onChange={({ currentTarget }) => set({ [key]: currentTarget.value })}
      error={problem?.about(path)}
      required={key === "name"}
    />
  );
  const scope = (key: "products" | "tags" | "devices") => ({
    workspace: props.workspace,
    label: words.part[key],
    placeholder: words.every,
    error: problem?.about(`scope.${key}`),
  });
  const isHeld = form.trigger !== "schedule";
  return (
    <>
      <div className={css.two}>
        {text("name", "name")}
        {text("description", "description")}
      </div>
      <TriggerPart {...props} />
      <ConditionPart {...props} />
      <fieldset className={css.group}>
        <legend>{words.scope}</legend>
        <p className="quiet small">{words.scopeHelp}</p>
        <div className={css.two}>
          <ProductsChoice {...scope("products")} value={form.products} onChange={(products) => set({ products })} />
          <TagsChoice {...scope("tags")} value={form.tags} onChange={(tags) => set({ tags })} />
          <DevicesChoice {...scope("devices")} value={form.devices} onChange={(devices) => set({ devices })} />
        </div>
      </fieldset>
      <fieldset className={css.group}>
        <legend>{words.timing}</legend>
        <div className={css.two}>
          {isHeld && text("for", "for", words.forHelp)}
          {isHeld && text("repeat", "repeat", words.repeatHelp)}
          {text("limit", "limit", words.limitHelp)}
        </div>
        <Switch
          label={words.hours}
          checked={form.hours}
          onChange={({ currentTarget }) => set({ hours: currentTarget.checked })}
        />
        {form.hours && <Hours {...props} />}
      </fieldset>
      <DryRun workspace={props.workspace} form={form} />
      <AlertPart {...props} />
      <ActionsPart {...props} />
    </>
  );
}

function Hours({ form, set, problem }: Props) {
  const words = useText().rules;
  const text = (key: "from" | "to" | "zone") => (
    <TextInput
      label={words.hour[key]}
      value={form[key]}
      onChange={({ currentTarget }) => set({ [key]: currentTarget.value })}
      error={problem?.about(`hours.${key}`)}
    />
  );
  return (
    <>
      <div className={css.days}>
        {DAYS.map((day) => (
          <Checkbox
            key={day}
            label={words.day[day]}
            checked={form.days.includes(day)}
            onChange={({ currentTarget }) =>
              set({ days: currentTarget.checked ? [...form.days, day] : form.days.filter((one) => one !== day) })
            }
          />
        ))}
      </div>
      <div className={css.two}>
        {text("from")}
        {text("to")}
        {text("zone")}
      </div>
    </>
  );
}
