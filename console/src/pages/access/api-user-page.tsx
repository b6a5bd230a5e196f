import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { AskBroker } from "../../parts/ask-broker.tsx";
import { Danger } from "../../parts/danger.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { KeptForm } from "../../parts/kept-form.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import css from "./access.module.css";
import { HomeAssistant } from "./home-assistant.tsx";
import { apiUserQuery } from "./queries.ts";
import { SeeAs } from "./see-as.tsx";
import { Tokens } from "./tokens.tsx";
import { type ApiUserProps, Permissions } from "./api-user-permissions.tsx";

const route = getRouteApi("/frame/w/$workspace/access/api-users/$apiUser");

/** One API user: what it may, its tokens, what it sees, and what the broker would answer it. */
export function ApiUserPage() {
  const { workspace, apiUser: number } = route.useParams();
  const { data, error, refetch } = useQuery(apiUserQuery(workspace, number));
  const may = useMay(workspace, "members");
  if (data === undefined)
    return (
      <Page title={number}>
        {error === null ? <Skeleton rows={8} /> : <RefusalNote error={error} again={() => void refetch()} />}
      </Page>
    );
  const { apiUser } = data;
  const account = { kind: "api_user", number: apiUser.api_user, name: apiUser.name } as const;
  return (
    <Page
      title={apiUser.name}
      actions={<AsApi examples={[curlText(`/workspaces/${workspace}/api-users/${number}`)]} />}
    >
      <div className={css.apiUser}>
        <div className={css.column}>
          <KeptForm state={data}>{(state) => <Permissions workspace={workspace} {...state} may={may} />}</KeptForm>
          <SeeAs workspace={workspace} account={account} />
        </div>
        <div className={css.column}>
          <Tokens workspace={workspace} apiUser={apiUser} may={may} />
          <KeptForm state={data}>{(state) => <HomeAssistant workspace={workspace} {...state} may={may} />}</KeptForm>
          <AskBroker workspace={workspace} account={account} />
          <Delete workspace={workspace} apiUser={apiUser} may={may} />
        </div>
      </div>
    </Page>
  );
}

function Delete({ workspace, apiUser, may }: ApiUserProps) {
  const words = useText().access.apiUsers;
  const navigate = useNavigate();
  const about = { workspace, api_user: apiUser.api_user };
  return (
    <Danger
      words={words}
      name={apiUser.name}
      may={may}
      right="members"
      queryKey={["api-users", "takes", about]}
      count={async (signal) => (await api.deleteApiUser({ ...about, dry_run: true, signal })).data.takes}
      takes={({ tokens, sessions }) => words.deleteTakes(tokens, sessions)}
      run={async () => {
        await api.deleteApiUser(about);
        await navigate({ to: "/w/$workspace/access", params: { workspace }, search: { tab: "api-users" } });
        await queryClient.invalidateQueries({ queryKey: ["api-users"] });
      }}
    />
  );
}
