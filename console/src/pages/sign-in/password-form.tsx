import { TextInput } from "@mantine/core";
import { useState } from "react";
import { api } from "../../api/index.ts";
import { useText } from "../../text/index.ts";
import css from "./sign-in.module.css";
import { FormEnd, PasswordField, useTwoSteps } from "./two-steps.tsx";

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
  const steps = useTwoSteps(async (code) => {
    await api.signIn({ body: { email, password, ...code } });
    await done();
  });
  return (
    <form className={css.form} onSubmit={steps.submit}>
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
      <PasswordField label={t.password} autoFocus={known !== ""} value={password} onChange={setPassword} />
      <FormEnd steps={steps} action={t.action} />
    </form>
  );
}
