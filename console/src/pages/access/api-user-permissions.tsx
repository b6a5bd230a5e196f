import { Button, Checkbox, Group, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { ApiUser } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { ApiProblem } from "../../api/problem.ts";
import { useSaved } from "../../parts/kept-context.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./access.module.css";
import { GrantEditor } from "./grant-editor.tsx";
import { draftOf, grantOf, sentenceOf } from "./grants.ts";

export interface ApiUserProps {
  readonly workspace: string;
  readonly apiUser: ApiUser;
  readonly may: boolean;
}

export function Permissions({ workspace, apiUser, etag, may }: ApiUserProps & { readonly etag: string }) {
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
