import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, queryClient } from "../../api/index.ts";
import type { AboutLink } from "../../api/people.d.ts";
import { ApiProblem } from "../../api/problem.ts";
import { sessionQuery } from "../../api/session.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { useText } from "../../text/index.ts";
import { OpenFrame } from "../../parts/open-frame.tsx";
import css from "./sign-in.module.css";
import { FormEnd, PasswordField, useTwoSteps } from "./two-steps.tsx";

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
  const steps = useTwoSteps(async (code) => {
    const given = kind === "setup" && email !== "" ? { email } : {};
    const asMe = joins && isMe;
    // biome-ignore lint/correctness/useHookAtTopLevel: an operation of the API, and no hook
    await api.useLink({ body: { secret, ...given, ...(!asMe && { password }), ...code } });
    if (!asMe) {
      // a code works once: who has a second factor signs in by hand
      const whose = given.email ?? about.email;
      await api.signIn({ body: { email: whose, password } }).catch(() => undefined);
    }
    queryClient.clear();
    location.assign("/console/");
  });
  return (
    <form className={css.form} onSubmit={steps.submit}>
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
        <PasswordField
          label={joins ? t.password : t.link.newPassword}
          description={joins ? t.link.joinHelp : t.link.passwordHelp}
          isNew={!joins}
          autoFocus={kind !== "setup"}
          value={password}
          onChange={setPassword}
        />
      )}
      <FormEnd steps={steps} action={joins ? t.link.join : t.link.begin} />
    </form>
  );
}
