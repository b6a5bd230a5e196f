import { Button, Checkbox, Textarea, TextInput } from "@mantine/core";
import type { ApiProblem } from "../../api/problem.ts";
import { useText } from "../../text/index.ts";
import { ActionMore } from "./action-more.tsx";
import { ActionTrial } from "./action-trial.tsx";
import { type Action, type ActionDraft, EVENTS, textOf, textsOf, withText } from "./rule-actions.ts";
import type { RuleForm } from "./rule-form.ts";
import css from "./rules.module.css";

export interface ActionProps {
  readonly workspace: string;
  readonly draft: ActionDraft;
  readonly form: RuleForm;
  /** Its place in the list. */
  readonly at: number;
  readonly problem: ApiProblem | null;
  readonly change: (next: ActionDraft) => void;
}
interface Props extends ActionProps {
  readonly rule: number | null;
  readonly remove: () => void;
}

/** One action: when it is done, what it says, and trying it. */
export function ActionPart({ rule, remove, ...props }: Props) {
  const { workspace, draft, form, at, problem, change } = props;
  const words = useText().rules;
  const { action } = draft;
  // for whom it is stands first
  const isLed = action.type === "email" || action.type === "field" || action.type === "downlink";
  const become = (next: Action) => change({ ...draft, action: next });
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
              become({
                ...action,
                on: currentTarget.checked ? [...action.on, event] : action.on.filter((one) => one !== event),
              })
            }
          />
        ))}
        <Button variant="subtle" color="gray" onClick={remove} className={css.remove ?? ""}>
          {words.removeLine}
        </Button>
      </div>
      <div className={css.two}>
        {isLed && <ActionMore {...props} become={become} />}
        {textsOf(action).map(({ key, isLong }) => {
          const Input = isLong ? Textarea : TextInput;
          return (
            <Input
              key={key}
              label={words.actionParts[key]}
              value={textOf(action, key)}
              error={problem?.about(`actions[${at}].${key}`)}
              spellCheck={false}
              {...(isLong && { autosize: true, minRows: 2 })}
              onChange={({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
                become(withText(action, key, currentTarget.value))
              }
            />
          );
        })}
        {!isLed && <ActionMore {...props} become={become} />}
      </div>
      <ActionTrial workspace={workspace} rule={rule} form={form} draft={draft} />
    </fieldset>
  );
}
