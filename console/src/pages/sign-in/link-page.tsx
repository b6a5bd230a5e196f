import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, queryClient } from "../../api/index.ts";
import type { AboutLink } from "../../api/people.d.ts";
import { ApiProblem } from "../../api/problem.ts";
import { sessionQuery } from "../../api/session.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { useText } from "../../text/index.ts";
import { OpenFrame } from "../../parts/open-frame.tsx";
import { CodeField } from "./code-field.tsx";
import css from "./sign-in.module.css";

/** A link that works once: sets up the first account, sets a new password, or accepts an invitation. */
export function LinkPage() {
  const t = useText().signIn.link;
  const [secret] = useState(() => decodeURIComponent(location.hash.slice(1)));
  const { data, error, refetch } = useQuery({
    queryKey: ["link", secret],
    queryFn: async ({ signal }) => (await api.getLink({ body: { secret }, signal })).data,
    enabled: secret !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (secret === "" || (error instanceof ApiProblem && error.status < 500 && error.status !== 429)) return <OverLink />;
  if (error !== null)
    return (
      <OpenFrame title={t.title}>
        <RefusalNote error={error} again={() => void refetch()} />
      </OpenFrame>
    );
  if (data === undefined)
    return (
      <OpenFrame title={t.title}>
        <Skeleton rows={4} />
      </OpenFrame>
    );
  return (
    <OpenFrame title={t.titles[data.kind]}>
      <LinkForm about={data} secret={secret} />
    </OpenFrame>
  );
}

/** Used up, replaced by a newer one, or too old: what to do now. */
function OverLink() {
  const t = useText().signIn.link;
  return (
    <OpenFrame title={t.over.title}>
      <p>{t.over.why}</p>
      <ul className={css.ways}>
        <li>{t.over.reset}</li>
        <li>{t.over.invited}</li>
        <li>
          {t.over.owner} <code>bin/fieldcast setup-link</code>
        </li>
      </ul>
      <Button component="a" href="/console/sign-in" variant="default" size="sm" fullWidth>
        {t.over.signIn}
      </Button>
    </OpenFrame>
  );
}

function LinkForm({ about, secret }: { readonly about: AboutLink; readonly secret: string }) {
  const t = useText().signIn;
  const { data: session } = useQuery(sessionQuery);
  const { kind, workspace, role } = about;
  const joins = kind === "invitation";
  const isMe = session?.signed_in === true && session.email.toLowerCase() === about.email.toLowerCase();
  const [email, setEmail] = useState(about.email === "owner@localhost" ? "" : about.email);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [needsCode, setNeedsCode] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const given = kind === "setup" && email !== "" ? { email } : {};
      const asMe = joins && isMe;
      // biome-ignore lint/correctness/useHookAtTopLevel: an operation of the API, and no hook
      await api.useLink({
        body: { secret, ...given, ...(!asMe && { password }), ...(needsCode && { code }) },
      });
      if (!asMe) {
        // a code works once: who has a second factor signs in by hand
        const whose = given.email ?? about.email;
        await api.signIn({ body: { email: whose, password } }).catch(() => undefined);
      }
      queryClient.clear();
      location.assign("/console/");
    } catch (failure) {
      if (failure instanceof ApiProblem && failure.code === "second_factor_needed" && !needsCode) setNeedsCode(true);
      else setError(failure instanceof Error ? failure : new Error(String(failure)));
      setBusy(false);
    }
  };
  return (
    <form className={css.form} onSubmit={(event) => void send(event)}>
      {joins && workspace !== null && <p>{t.link.joins(workspace.name || workspace.slug, role ?? "", about.email)}</p>}
      {kind === "reset" && <p className="quiet">{about.email}</p>}
      {kind === "setup" && (
        <TextInput
          size="sm"
          label={t.email}
          description={t.link.emailHelp}
          type="email"
          autoComplete="username"
          autoFocus
          withAsterisk={false}
          required={about.email !== "owner@localhost"}
          placeholder={about.email}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
      )}
      {!(joins && isMe) && (
        <PasswordInput
          label={joins ? t.password : t.link.newPassword}
          description={joins ? t.link.joinHelp : t.link.passwordHelp}
          autoComplete={joins ? "current-password" : "new-password"}
          minLength={joins ? undefined : 12}
          required
          withAsterisk={false}
          autoFocus={kind !== "setup"}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": t.show }}
        />
      )}
      {needsCode && <CodeField value={code} onChange={setCode} />}
      <RefusalNote error={error} />
      <Button type="submit" size="sm" loading={busy} fullWidth>
        {joins ? t.link.join : t.link.begin}
      </Button>
    </form>
  );
}
