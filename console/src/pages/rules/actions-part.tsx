import { Button, Checkbox, NativeSelect, Switch, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ApiProblem } from "../../api/problem.ts";
import { useText } from "../../text/index.ts";
import {
  ACTIONS,
  type Action,
  type ActionType,
  EVENTS,
  newAction,
  SEVERITIES,
  textOf,
  textsOf,
  withText,
} from "./rule-actions.ts";
import type { RuleForm } from "./rule-form.ts";
import { ActionPreview } from "./tries.tsx";
import css from "./rules.module.css";

interface Props {
  readonly workspace: string;
  readonly form: RuleForm;
  readonly set: (next: Partial<RuleForm>) => void;
  readonly problem: ApiProblem | null;
}

/** What a rule does when it fires: the alert that it opens, and its actions. */
export function ActionsPart({ workspace, form, set, problem }: Props) {
  const words = useText().rules;
  const [type, setType] = useState<ActionType>("notification");
  const { alert, actions } = form;
  const change = (at: number, next: Action) => set({ actions: actions.map((one, i) => (i === at ? next : one)) });
  return (
    <>
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
      <fieldset className={css.group}>
        <legend>{words.actions}</legend>
        {actions.map((action, i) => (
          <ActionPart
            // biome-ignore lint/suspicious/noArrayIndexKey: actions have no identity of their own
            key={i}
            workspace={workspace}
            action={action}
            at={i}
            problem={problem}
            change={(next) => change(i, next)}
            remove={() => set({ actions: actions.filter((_, at) => at !== i) })}
          />
        ))}
        <div className={css.actions}>
          <NativeSelect
            aria-label={words.actionKind}
            data={ACTIONS.map((value) => ({ value, label: words.actionTypes[value] }))}
            value={type}
            onChange={({ currentTarget: { value } }) => setType(ACTIONS.find((one) => one === value) ?? "notification")}
          />
          <Button variant="default" onClick={() => set({ actions: [...actions, newAction(type)] })}>
            {words.addAction}
          </Button>
        </div>
      </fieldset>
    </>
  );
}

interface ActionProps {
  readonly workspace: string;
  readonly action: Action;
  readonly at: number;
  readonly problem: ApiProblem | null;
  readonly change: (next: Action) => void;
  readonly remove: () => void;
}
function ActionPart({ workspace, action, at, problem, change, remove }: ActionProps) {
  const words = useText().rules;
  return (
    <fieldset className={css.action} aria-label={`${words.actionTypes[action.type]} ${at + 1}`}>
      <div className={css.head}>
        <strong>{words.actionTypes[action.type]}</strong>
        {EVENTS.map((event) => (
          <Checkbox
            key={event}
            label={words.onEvent[event]}
            checked={action.on.includes(event)}
            onChange={({ currentTarget }) =>
              change({
                ...action,
                on: currentTarget.checked ? [...action.on, event] : action.on.filter((one) => one !== event),
              })
            }
          />
        ))}
        <Button variant="subtle" color="gray" onClick={remove}>
          {words.removeLine}
        </Button>
      </div>
      <div className={css.two}>
        {textsOf(action).map(({ key, isLong }) => {
          const shared = {
            label: words.actionParts[key],
            value: textOf(action, key),
            error: problem?.about(`actions[${at}].${key}`),
            spellCheck: false,
          };
          return isLong ? (
            <Textarea
              key={key}
              {...shared}
              autosize
              minRows={2}
              onChange={({ currentTarget }) => change(withText(action, key, currentTarget.value))}
            />
          ) : (
            <TextInput
              key={key}
              {...shared}
              onChange={({ currentTarget }) => change(withText(action, key, currentTarget.value))}
            />
          );
        })}
      </div>
      <ActionPreview workspace={workspace} action={action} />
    </fieldset>
  );
}
