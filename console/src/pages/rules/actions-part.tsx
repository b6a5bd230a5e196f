import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import type { ApiProblem } from "../../api/problem.ts";
import { useText } from "../../text/index.ts";
import { ActionPart } from "./action-part.tsx";
import { ACTIONS, type ActionDraft, type ActionType, draftOf, newAction } from "./rule-actions.ts";
import type { RuleForm } from "./rule-form.ts";
import css from "./rules.module.css";

interface Props {
  readonly workspace: string;
  /** Number of the rule; null: it is not saved yet. */
  readonly rule: number | null;
  readonly form: RuleForm;
  readonly set: (next: Partial<RuleForm>) => void;
  readonly problem: ApiProblem | null;
}

/** What a rule does when it fires. */
export function ActionsPart({ workspace, rule, form, set, problem }: Props) {
  const words = useText().rules;
  const [type, setType] = useState<ActionType>("notification");
  const { actions } = form;
  const change = (next: ActionDraft) => set({ actions: actions.map((one) => (one.key === next.key ? next : one)) });
  const add = () => {
    const key = Math.max(-1, ...actions.map((one) => one.key)) + 1;
    set({ actions: [...actions, draftOf(newAction(type), key)] });
  };
  return (
    <fieldset className={css.group}>
      <legend>{words.actions}</legend>
      {actions.map((draft, i) => (
        <ActionPart
          key={draft.key}
          workspace={workspace}
          rule={rule}
          form={form}
          draft={draft}
          at={i}
          problem={problem}
          change={change}
          remove={() => set({ actions: actions.filter((one) => one !== draft) })}
        />
      ))}
      <div className={css.actions}>
        <NativeSelect
          aria-label={words.actionKind}
          data={ACTIONS.map((value) => ({ value, label: words.actionTypes[value] }))}
          value={type}
          onChange={({ currentTarget: { value } }) => setType(ACTIONS.find((one) => one === value) ?? "notification")}
        />
        <Button variant="default" onClick={add}>
          {words.addAction}
        </Button>
      </div>
    </fieldset>
  );
}
