import { Button, Checkbox, Group, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { ApiUser } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { ApiProblem } from "../../api/problem.ts";
import { useMay } from "../../api/session.ts";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { AskBroker } from "../../parts/ask-broker.tsx";
import { Danger } from "../../parts/danger.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { useSaved } from "../../parts/kept-context.ts";
import { KeptForm } from "../../parts/kept-form.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./access.module.css";
import { GrantEditor } from "./grant-editor.tsx";
import { draftOf, grantOf, sentenceOf } from "./grants.ts";
import { HomeAssistant } from "./home-assistant.tsx";
import { apiUserQuery } from "./queries.ts";
import { SeeAs } from "./see-as.tsx";
import { Tokens } from "./tokens.tsx";

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

interface Props {
  readonly workspace: string;
  readonly apiUser: ApiUser;
  readonly may: boolean;
}

function Permissions({ workspace, apiUser, etag, may }: Props & { readonly etag: string }) {
  const t = useText();
  const words = t.access;
  const saved = useSaved();
  const [name, setName] = useState(apiUser.name);
  const [mqtt, setMqtt] = useState(apiUser.mqtt);
  const [drafts, setDrafts] = useState(() => apiUser.grants.map(draftOf));
  const grants = drafts.map(grantOf).filter((one) => one !== null);
  const isFinished = grants.length === drafts.length;
  const save = useMutation({
    mutationFn: () =>
      api.updateApiUser({
        workspace,
        api_user: apiUser.api_user,
        if_match: etag,
        body: { name: name.trim(), mqtt, grants },
      }),
    onSuccess: async () => {
      const keys = ["api-users", "rights", "access"];
      await Promise.all(keys.map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
      saved();
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (isFinished) save.mutate();
  };
  const problem = save.error instanceof ApiProblem ? save.error : null;
  return (
    <Section title={words.grants.title}>
      <form onSubmit={send}>
        <Stack gap="md">
          <p className={css.sentence} aria-live="polite">
            {sentenceOf(grants, words)}
          </p>
          <GrantEditor
            workspace={workspace}
            drafts={drafts}
            onChange={(next) => setDrafts([...next])}
            disabled={!may}
          />
          <TextInput
            label={words.apiUsers.name}
            value={name}
            required
            maxLength={200}
            disabled={!may}
            error={problem?.about("name")}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Checkbox
            label={words.apiUsers.mqtt}
            checked={mqtt}
            disabled={!may}
            onChange={(event) => setMqtt(event.currentTarget.checked)}
          />
          <RefusalNote error={problem?.about("name") === undefined ? save.error : null} />
          <Group gap="sm">
            <Button
              type="submit"
              loading={save.isPending}
              disabled={!may || !isFinished}
              title={!may ? t.common.needs("members") : isFinished ? undefined : words.grants.unfinished}
            >
              {t.common.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

function Delete({ workspace, apiUser, may }: Props) {
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
