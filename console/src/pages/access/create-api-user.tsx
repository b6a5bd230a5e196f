import { Button, Checkbox, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, queryClient } from "../../api/index.ts";
import { ApiProblem } from "../../api/problem.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { SecretOnce } from "../../parts/secret-once.tsx";
import { type Expiry, ExpirySelect } from "../../parts/token-form.tsx";
import { useText } from "../../text/index.ts";
import css from "./access.module.css";
import { GrantEditor } from "./grant-editor.tsx";
import { type Draft, grantOf, newDraft, sentenceOf } from "./grants.ts";

/** Makes an API user with its permissions and its first token. */
export function CreateApiUser({ workspace }: { readonly workspace: string }) {
  const t = useText();
  const words = t.access;
  const [name, setName] = useState("");
  const [mqtt, setMqtt] = useState(true);
  const [expires, setExpires] = useState<Expiry>("never");
  const [drafts, setDrafts] = useState<readonly Draft[]>([newDraft(1)]);
  const grants = drafts.map(grantOf).filter((one) => one !== null);
  const isFinished = grants.length === drafts.length;
  const create = useMutation({
    mutationFn: async () => {
      const body = { name: name.trim(), mqtt, grants, ...(expires !== "never" && { expires }) };
      return (await api.createApiUser({ workspace, body })).data;
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["api-users"] }),
  });
  const problem = create.error instanceof ApiProblem ? create.error : null;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (isFinished) create.mutate();
  };
  if (create.data !== undefined)
    return (
      <Stack gap="md">
        <SecretOnce what={words.tokens.token} secret={create.data.token.secret}>
          {words.tokens.once}
        </SecretOnce>
        <p className={css.sentence}>{sentenceOf(create.data.grants, words)}</p>
        <Link
          to="/w/$workspace/access/api-users/$apiUser"
          params={{ workspace, apiUser: String(create.data.api_user) }}
        >
          {words.members.seeAsWho(create.data.name)}
        </Link>
      </Stack>
    );
  return (
    <form onSubmit={send}>
      <Stack gap="md">
        <TextInput
          label={words.apiUsers.name}
          value={name}
          error={problem?.about("name")}
          required
          maxLength={200}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <GrantEditor workspace={workspace} drafts={drafts} onChange={setDrafts} />
        <p className={css.sentence} aria-live="polite">
          {sentenceOf(grants, words)}
        </p>
        <ExpirySelect label={words.tokens.expires} value={expires} onChange={setExpires} />
        <Checkbox label={words.apiUsers.mqtt} checked={mqtt} onChange={(e) => setMqtt(e.currentTarget.checked)} />
        <RefusalNote error={problem?.about("name") === undefined ? create.error : null} />
        <Button
          type="submit"
          loading={create.isPending}
          disabled={!isFinished}
          title={isFinished ? undefined : words.grants.unfinished}
        >
          {words.apiUsers.new}
        </Button>
      </Stack>
    </form>
  );
}
