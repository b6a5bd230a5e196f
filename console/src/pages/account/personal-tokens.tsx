import { Button, Modal } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, queryClient } from "../../api/index.ts";
import type { PersonalToken } from "../../api/people.d.ts";
import { Ago } from "../../parts/ago.tsx";
import { ConfirmName } from "../../parts/confirm-name.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { SecretOnce } from "../../parts/secret-once.tsx";
import { Section } from "../../parts/section.tsx";
import { TokenForm, type TokenWish } from "../../parts/token-form.tsx";
import { useText } from "../../text/index.ts";
import css from "./account.module.css";

const again = () => queryClient.invalidateQueries({ queryKey: ["personal-tokens"] });

/** Tokens that may do what their owner may. */
export function PersonalTokens() {
  const t = useText();
  const words = t.account.tokens;
  const { data, error, refetch } = useQuery({
    queryKey: ["personal-tokens"],
    queryFn: async ({ signal }) => (await api.listPersonalTokens({ signal })).data.items,
  });
  const [creating, setCreating] = useState(false);
  const [asked, setAsked] = useState<{ what: "rotate" | "revoke"; token: PersonalToken } | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const act = async () => {
    if (asked === null) return;
    const { token } = asked.token;
    if (asked.what === "revoke") await api.revokePersonalToken({ token });
    else setSecret((await api.rotatePersonalToken({ token })).data.secret);
    await again();
  };
  const title = asked === null ? "" : words[`${asked.what}Who`](asked.token.hint);
  return (
    <Section title={words.title} flush actions={<Button onClick={() => setCreating(true)}>{words.new}</Button>}>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined && error === null && <Skeleton rows={2} />}
      <p className={`quiet small ${css.note}`}>{words.how}</p>
      {secret !== null && (
        <div className={css.note}>
          <SecretOnce what={words.token} secret={secret}>
            {words.once}
          </SecretOnce>
        </div>
      )}
      {data?.length === 0 && <EmptyState>{words.none}</EmptyState>}
      <ul className={css.list}>
        {data?.map((token) => (
          <Row key={token.token} token={token} ask={(what) => setAsked({ what, token })} />
        ))}
      </ul>
      <Modal
        opened={creating}
        onClose={() => setCreating(false)}
        title={words.new}
        closeButtonProps={{ "aria-label": t.common.close }}
      >
        <Create />
      </Modal>
      <ConfirmName
        opened={asked !== null}
        onClose={() => setAsked(null)}
        title={title}
        // nobody can make the same one again; its last digits are its name
        name={asked?.token.hint ?? ""}
        action={asked === null ? "" : words[asked.what]}
        run={act}
      >
        {asked === null ? "" : words[`${asked.what}How`]}
      </ConfirmName>
    </Section>
  );
}

interface RowProps {
  readonly token: PersonalToken;
  readonly ask: (what: "rotate" | "revoke") => void;
}
function Row({ token: { name, hint, created, expires }, ask }: RowProps) {
  const t = useText().account.tokens;
  return (
    <li>
      <span className={css.main}>
        {name} <code className="quiet">…{hint}</code>
        <span className="quiet small">
          <br />
          {t.created} <Ago time={created} /> · {t.expires} {expires === null ? t.never : <Ago time={expires} />}
        </span>
      </span>
      {(["rotate", "revoke"] as const).map((what) => (
        <Button
          key={what}
          variant="default"
          size="compact-xs"
          aria-label={t[`${what}Who`](hint)}
          onClick={() => ask(what)}
        >
          {t[what]}
        </Button>
      ))}
    </li>
  );
}

function Create() {
  const t = useText().account.tokens;
  const making = useMutation({
    mutationFn: async ({ name, expires }: TokenWish) => {
      const body = { ...(name !== "" && { name }), ...(expires !== "never" && { expires }) };
      return (await api.createPersonalToken({ body })).data;
    },
    onSuccess: again,
  });
  if (making.data !== undefined)
    return (
      <SecretOnce what={t.token} secret={making.data.secret}>
        {t.once}
      </SecretOnce>
    );
  return <TokenForm words={t} expires="90d" making={making} />;
}
