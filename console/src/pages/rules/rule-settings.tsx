import { Button, Switch } from "@mantine/core";
import { useState } from "react";
import type { Rule } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import { RuleFields } from "./rule-fields.tsx";
import { type RuleForm, ruleBodyOf, ruleFormOf } from "./rule-form.ts";
import css from "./rules.module.css";

interface Props {
  readonly rule: Rule;
  readonly etag: string;
  readonly may: boolean;
}

/** Changes a rule. */
export function RuleSettings({ rule, etag, may }: Props) {
  const t = useText();
  const words = t.rules;
  const { workspace } = rule;
  const [form, setForm] = useState<RuleForm>(() => ruleFormOf(rule));
  const set = (next: Partial<RuleForm>) => setForm((before) => ({ ...before, ...next }));
  const save = useAct(async () => {
    const { data } = await api.updateRule({ workspace, rule: rule.rule, if_match: etag, body: ruleBodyOf(form) });
    setForm(ruleFormOf(data));
    await queryClient.invalidateQueries({ queryKey: ["rules"] });
  });
  return (
    <Section title={words.settings}>
      <form onSubmit={save.submit} className={css.form}>
        <Switch
          label={words.active}
          checked={form.active}
          onChange={({ currentTarget }) => set({ active: currentTarget.checked })}
        />
        <RuleFields workspace={workspace} rule={rule.rule} form={form} set={set} problem={save.problem} />
        <p className="quiet small">{words.changeHow}</p>
        <RefusalNote error={save.error} />
        <div>
          <Button type="submit" loading={save.busy} disabled={!may} title={may ? undefined : t.common.needs("rules")}>
            {t.common.save}
          </Button>
        </div>
      </form>
    </Section>
  );
}
