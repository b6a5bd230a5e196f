import { Button, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ApiUser, Token } from "../../../../sdk/operations.js";
import { serverNow } from "../../api/clock.ts";
import { api, queryClient } from "../../api/index.ts";
import { Ago } from "../../parts/ago.tsx";
import { agoText } from "../../parts/ago-text.ts";
import { ConfirmName } from "../../parts/confirm-name.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./access.module.css";
import { openSessionsQuery, tokensQuery } from "./queries.ts";
import { Making, CreateToken, RotateToken } from "./token-making.tsx";

interface Props {
  readonly workspace: string;
  readonly apiUser: ApiUser;
  readonly may: boolean;
}

type Asked = { readonly kind: "create" } | { readonly kind: "rotate" | "revoke"; readonly token: Token };

/** The tokens of an API user: which are used, and from where; making, rotating and revoking them. */
export function Tokens({ workspace, apiUser, may }: Props) {
  const t = useText();
  const words = t.access.tokens;
  const { data, error, refetch } = useQuery(tokensQuery(workspace, apiUser.api_user));
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  const about = { workspace, api_user: apiUser.api_user };
  const why = may ? undefined : t.common.needs("members");
  const button = (
    <Button disabled={!may} title={why} onClick={() => setAsked({ kind: "create" })}>
      {words.new}
    </Button>
  );
  return (
    <Section title={words.title} flush actions={button}>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined && error === null && <Skeleton rows={2} />}
      {data?.length === 0 && <EmptyState>{words.none}</EmptyState>}
      <ul className={css.list}>
        {data?.map((token) => (
          <TokenRow key={token.token} token={token} may={may} why={why} ask={setAsked} />
        ))}
      </ul>
      <Making opened={asked?.kind === "create"} onClose={close} title={words.new} form={<CreateToken {...about} />} />
      <Making
        opened={asked?.kind === "rotate"}
        onClose={close}
        title={asked?.kind === "rotate" ? words.rotateWho(asked.token.hint) : ""}
        form={asked?.kind === "rotate" && <RotateToken {...about} token={asked.token.token} />}
      />
      <ConfirmName
        opened={asked?.kind === "revoke"}
        onClose={close}
        title={asked?.kind === "revoke" ? words.revokeWho(asked.token.hint) : ""}
        // nobody can make the same one again; its last digits are its name
        name={asked?.kind === "revoke" ? asked.token.hint : ""}
        action={words.revoke}
        run={async () => {
          if (asked?.kind === "revoke") await api.revokeToken({ ...about, token: asked.token.token });
          await queryClient.invalidateQueries({ queryKey: ["tokens"] });
        }}
      >
        {asked?.kind === "revoke" && <InUse token={asked.token} number={apiUser.api_user} />}
      </ConfirmName>
    </Section>
  );
}

interface RowProps {
  readonly token: Token;
  readonly may: boolean;
  readonly why: string | undefined;
  readonly ask: (asked: Asked) => void;
}

function TokenRow({ token, may, why, ask }: RowProps) {
  const t = useText().access.tokens;
  const { name, hint, expires, last_used, last_address } = token;
  return (
    <li>
      <span className={css.main}>
        {name} <code className="quiet">…{hint}</code>
        <span className="quiet small">
          <br />
          {t.lastUsed} <Ago time={last_used} /> {last_address !== null && t.from(last_address)} · {t.expires}{" "}
          {expires === null ? t.never : <Ago time={expires} />}
        </span>
      </span>
      <span className={css.doing}>
        <Button
          variant="default"
          size="compact-xs"
          disabled={!may}
          title={why}
          aria-label={t.rotateWho(hint)}
          onClick={() => ask({ kind: "rotate", token })}
        >
          {t.rotate}
        </Button>
        <Button
          variant="default"
          size="compact-xs"
          disabled={!may}
          title={why}
          aria-label={t.revokeWho(hint)}
          onClick={() => ask({ kind: "revoke", token })}
        >
          {t.revoke}
        </Button>
      </span>
    </li>
  );
}

/** Whether something still uses it: who revokes should know. */
function InUse({ token, number }: { readonly token: Token; readonly number: number }) {
  const t = useText();
  const words = t.access.tokens;
  const { data: open = 0 } = useQuery(openSessionsQuery(number));
  const ago = token.last_used === null ? "" : agoText(serverNow() - Date.parse(token.last_used), t.time);
  return (
    <Stack gap="sm">
      <p>{token.last_used === null ? words.unused : words.inUse(ago, token.last_address ?? "?")}</p>
      {open > 0 && <p>{words.connections(open)}</p>}
      <p className="quiet">{words.revokeHow}</p>
    </Stack>
  );
}
