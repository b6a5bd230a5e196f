import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { AskBroker } from "../../parts/ask-broker.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import css from "./access.module.css";
import { membersQuery } from "./queries.ts";
import { SeeAs } from "./see-as.tsx";

const route = getRouteApi("/frame/w/$workspace/access/members/$member");

/** One member: what they see, and what the broker would answer them. */
export function MemberPage() {
  const t = useText();
  const { workspace, member: number } = route.useParams();
  const { data, error, refetch } = useQuery(membersQuery(workspace));
  const member = data?.find((one) => String(one.member) === number);
  if (member === undefined)
    return (
      <Page title={number}>
        {data === undefined && error === null && <Skeleton rows={6} />}
        <RefusalNote error={error} again={() => void refetch()} />
        {data !== undefined && <p>{t.common.notFoundWhy}</p>}
      </Page>
    );
  const account = { kind: "user", number: member.member, name: member.email } as const;
  return (
    <Page
      title={member.email}
      about={<span className="quiet">{t.access.roles[member.role]}</span>}
      actions={<AsApi examples={[curlText(`/workspaces/${workspace}/members/${number}/rights`)]} />}
    >
      <div className={css.apiUser}>
        <SeeAs workspace={workspace} account={account} />
        <AskBroker workspace={workspace} account={account} />
      </div>
    </Page>
  );
}
