import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { Danger } from "../../parts/danger.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { useText } from "../../text/index.ts";
import { ruleQuery } from "./queries.ts";
import { RuleLog, RuleStates } from "./rule-books.tsx";
import { RuleSettings } from "./rule-settings.tsx";
import { RuleLoop } from "./rule-loop.tsx";
import { RuleState } from "./rule-state.tsx";
import css from "./rules.module.css";
import { RULE_TABS } from "./search.ts";
import { scopeOf, sentenceOf } from "./sentence.ts";
import { Snooze } from "./snooze.tsx";

const route = getRouteApi("/frame/w/$workspace/rules/$rule");

/** One rule: what changed in it, for which devices it holds, and what it says. */
export function RulePage() {
  const t = useText();
  const words = t.rules;
  const { workspace, rule: number } = route.useParams();
  const { tab = "log" } = route.useSearch();
  const navigate = useNavigate();
  const may = useMay(workspace, "rules");
  const { data, error, refetch } = useQuery(ruleQuery(workspace, number));
  if (data === undefined)
    return (
      <Page title={number}>
        {error === null ? <Skeleton rows={8} /> : <RefusalNote error={error} again={() => void refetch()} />}
      </Page>
    );
  const { rule, etag } = data;
  const which = { workspace, rule: rule.rule };
  const path = `/workspaces/${workspace}/rules/${rule.rule}`;
  return (
    <Page
      title={rule.name}
      about={<RuleState rule={rule} />}
      actions={<AsApi examples={[curlText(path), curlText(`${path}/log`)]} />}
    >
      <RefusalNote error={error} again={() => void refetch()} />
      <div className={css.facts}>
        <p>{sentenceOf(rule, words)}</p>
        <p className="quiet">{scopeOf(rule, words)}</p>
        {rule.description !== null && <p className="quiet">{rule.description}</p>}
        {rule.problems.map((one) => (
          <p key={one.path}>{one.message}</p>
        ))}
        <RuleLoop rule={rule} />
        <Snooze rule={rule} may={may} />
      </div>
      <Tabs
        label={words.tabs}
        tabs={RULE_TABS.map((id) => ({ id, text: words.tab[id] }))}
        chosen={tab}
        search={(id) => (id === "log" ? {} : { tab: id })}
      />
      {tab === "log" && <RuleLog {...which} />}
      {tab === "devices" && <RuleStates {...which} />}
      {tab === "settings" && (
        <>
          <RuleSettings key={rule.rule} rule={rule} etag={etag} may={may} />
          <Danger
            words={words}
            name={rule.name}
            may={may}
            right="rules"
            queryKey={["rules", "takes", rule.rule]}
            count={async () => rule}
            takes={() => words.deleteTakes}
            run={async () => {
              await api.deleteRule(which);
              await navigate({ to: "/w/$workspace/rules", params: { workspace } });
              await queryClient.invalidateQueries({ queryKey: ["rules"] });
            }}
          />
        </>
      )}
    </Page>
  );
}
