import { Button } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { useAct } from "../../parts/act.ts";
import { Page } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import { RuleFields } from "./rule-fields.tsx";
import { NEW_RULE, ruleBodyOf } from "./rule-form.ts";
import css from "./rules.module.css";

const route = getRouteApi("/frame/w/$workspace/rules/new");

/** Makes a rule. */
export function NewRulePage() {
  const t = useText();
  const { workspace } = route.useParams();
  const navigate = useNavigate();
  const may = useMay(workspace, "rules");
  const [form, setForm] = useState({ ...NEW_RULE, zone: Intl.DateTimeFormat().resolvedOptions().timeZone });
  const save = useAct(async () => {
    const { data } = await api.createRule({ workspace, body: ruleBodyOf(form) });
    await queryClient.invalidateQueries({ queryKey: ["rules"] });
    await navigate({ to: "/w/$workspace/rules/$rule", params: { workspace, rule: String(data.rule) } });
  });
  return (
    <Page title={t.frame.newRule}>
      <Section title={t.rules.settings}>
        <form onSubmit={save.submit} className={css.form}>
          <RuleFields
            workspace={workspace}
            rule={null}
            form={form}
            set={(next) => setForm((before) => ({ ...before, ...next }))}
            problem={save.problem}
          />
          <RefusalNote error={save.error} />
          <div>
            <Button type="submit" loading={save.busy} disabled={!may} title={may ? undefined : t.common.needs("rules")}>
              {t.rules.create}
            </Button>
          </div>
        </form>
      </Section>
    </Page>
  );
}
