import { Button, PasswordInput, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { api } from "../../api/index.ts";
import { ApiProblem } from "../../api/problem.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import { CodeField } from "./code-field.tsx";
import css from "./sign-in.module.css";

interface Props {
  /** Whose session it was: they need not type it again. */
  readonly email?: string;
  /** Somebody is signed in. */
  readonly done: () => void | Promise<void>;
}

/** Signing in with address and password, and a code where the account has a second factor. */
export function PasswordForm({ email: known = "", done }: Props) {
  const t = useText().signIn;
  const [email, setEmail] = useState(known);
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
      await api.signIn({ body: { email, password, ...(needsCode && { code }) } });
      await done();
      setBusy(false);
    } catch (failure) {
      const asked = failure instanceof ApiProblem && failure.code === "second_factor_needed" && !needsCode;
      if (asked) setNeedsCode(true);
      else setError(failure instanceof Error ? failure : new Error(String(failure)));
      setBusy(false);
    }
  };
  return (
    <form className={css.form} onSubmit={(event) => void send(event)}>
      <TextInput
        size="sm"
        label={t.email}
        type="email"
        autoComplete="username"
        required
        autoFocus={known === ""}
        withAsterisk={false}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <PasswordInput
        label={t.password}
        autoComplete="current-password"
        required
        autoFocus={known !== ""}
        withAsterisk={false}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        visibilityToggleButtonProps={{ "aria-label": t.show }}
      />
      {needsCode && <CodeField value={code} onChange={setCode} />}
      <RefusalNote error={error} />
      <Button type="submit" size="sm" loading={busy} fullWidth>
        {t.action}
      </Button>
    </form>
  );
}
