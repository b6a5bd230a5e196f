import { Anchor, Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { api, queryClient } from "../../api/index.ts";
import { sessionQuery } from "../../api/session.ts";
import { onTold } from "../../api/tabs.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import { OpenFrame } from "../../parts/open-frame.tsx";
import { PasswordForm } from "./password-form.tsx";
import css from "./sign-in.module.css";

const route = getRouteApi("/open/sign-in");

/** Signing in: with address and password, a code where the account has a second factor, or at another service. */
export function SignInPage() {
  const t = useText().signIn;
  const { from } = route.useSearch();
  const { data: session } = useQuery(sessionQuery);
  const [forgot, setForgot] = useState(false);
  const ways = session?.ways;
  // who signs in at another tab is in here, too
  useEffect(() => onTold(({ kind }) => kind === "here" && location.assign(from ?? "/console/")), [from]);
  return (
    <OpenFrame title={forgot ? t.reset.title : t.title}>
      {forgot ? (
        <ResetForm mails={ways?.reset_by_mail === true} back={() => setForgot(false)} />
      ) : (
        <>
          <PasswordForm
            done={() => {
              queryClient.clear();
              // the whole page anew: nothing of who was here before is left
              location.assign(from ?? "/console/");
            }}
          />
          {ways?.openid && (
            <Button variant="default" size="sm" component="a" href="/api/v1/auth/openid" fullWidth>
              {t.openid}
            </Button>
          )}
          <Anchor component="button" type="button" className={css.aside} onClick={() => setForgot(true)}>
            {t.forgot}
          </Anchor>
        </>
      )}
    </OpenFrame>
  );
}

function ResetForm({ mails, back }: { readonly mails: boolean; readonly back: () => void }) {
  const t = useText();
  const [email, setEmail] = useState("");
  const [sent, setSent] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setError(null);
    try {
      await api.requestPasswordReset({ body: { email } });
      setSent(true);
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    }
  };
  return (
    <>
      {mails ? (
        sent ? (
          <p role="status">{t.signIn.reset.sent(email)}</p>
        ) : (
          <form className={css.form} onSubmit={(event) => void send(event)}>
            <p className="quiet">{t.signIn.reset.how}</p>
            <TextInput
              size="sm"
              label={t.signIn.email}
              type="email"
              required
              autoFocus
              withAsterisk={false}
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <RefusalNote error={error} />
            <Button type="submit" size="sm" fullWidth>
              {t.signIn.reset.action}
            </Button>
          </form>
        )
      ) : (
        <>
          <p>{t.signIn.reset.noMail}</p>
          <pre className={css.code}>bin/fieldcast setup-link YOU@EXAMPLE.COM</pre>
        </>
      )}
      <Anchor component="button" type="button" className={css.aside} onClick={back}>
        {t.common.back}
      </Anchor>
    </>
  );
}
