import list from "../../parts/list.module.css";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { Rule } from "../../../../sdk/operations.js";
import { useMay } from "../../api/session.ts";
import { Ago } from "../../parts/ago.tsx";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import { rulesQuery } from "./queries.ts";
import { RuleLoop } from "./rule-loop.tsx";
import { RuleState } from "./rule-state.tsx";
import css from "./rules.module.css";
import { scopeOf, sentenceOf } from "./sentence.ts";

const route = getRouteApi("/frame/w/$workspace/rules");

/** The rules of a workspace: a line each, with what it does and how it is. */
export function RulesPage() {
  const t = useText();
  const words = t.rules;
  const { workspace } = route.useParams();
  const { data, error, refetch } = useQuery(rulesQuery(workspace));
  const may = useMay(workspace, "rules");
  return (
    <Page
      title={t.frame.rules}
      actions={
        <>
          {may ? (
            <Button component={Link} to={`/w/${workspace}/rules/new`}>
              {words.create}
            </Button>
          ) : (
            <Button disabled title={t.common.needs("rules")}>
              {words.create}
            </Button>
          )}
          <AsApi examples={[curlText(`/workspaces/${workspace}/rules`)]} />
        </>
      }
    >
      <RefusalNote error={error} again={() => void refetch()} />
      <Section title={words.title} flush>
        {data === undefined ? (
          error === null && <Skeleton rows={4} />
        ) : data.length === 0 ? (
          <EmptyState>{words.none}</EmptyState>
        ) : (
          <ul className={list.list}>
            {data.map((rule) => (
              <Item key={rule.rule} workspace={workspace} rule={rule} />
            ))}
          </ul>
        )}
      </Section>
    </Page>
  );
}

function Item({ workspace, rule }: { readonly workspace: string; readonly rule: Rule }) {
  const words = useText().rules;
  const { rule: number, name, description, snoozed_until: snoozed, problems } = rule;
  return (
    <li>
      <div className={css.head}>
        <RuleState rule={rule} />
        <Link to="/w/$workspace/rules/$rule" params={{ workspace, rule: String(number) }} className={css.name}>
          {name}
        </Link>
        {snoozed !== null && (
          <span className="quiet small">
            {words.snoozed} <Ago time={snoozed} />
          </span>
        )}
      </div>
      <p className="quiet small">{sentenceOf(rule, words)}</p>
      <p className="quiet small">{scopeOf(rule, words)}</p>
      {description !== null && <p className="small">{description}</p>}
      {problems.map(({ path, message }) => (
        <p key={path}>{message}</p>
      ))}
      <RuleLoop rule={rule} />
    </li>
  );
}
