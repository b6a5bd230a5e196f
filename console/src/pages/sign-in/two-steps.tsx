import { Button, PasswordInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ApiProblem } from "../../api/problem.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import { CodeField } from "./code-field.tsx";

/** A form that asks for a code of the second factor once the server does. */
export interface TwoSteps {
  readonly needsCode: boolean;
  readonly code: string;
  readonly setCode: (code: string) => void;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly submit: (event: FormEvent) => void;
}

/** @param act what is asked of the server; the code goes along once it is needed */
export function useTwoSteps(act: (code: { code?: string }) => Promise<unknown>): TwoSteps {
  const [code, setCode] = useState("");
  const [needsCode, setNeedsCode] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    setError(null);
    try {
      await act(needsCode ? { code } : {});
    } catch (failure) {
      if (failure instanceof ApiProblem && failure.code === "second_factor_needed" && !needsCode) setNeedsCode(true);
      else setError(failure instanceof Error ? failure : new Error(String(failure)));
    }
    setBusy(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send();
  };
  return { needsCode, code, setCode, busy, error, submit };
}

interface PasswordProps {
  readonly label: string;
  readonly description?: string;
  readonly isNew?: boolean;
  readonly autoFocus?: boolean;
  readonly value: string;
  readonly onChange: (password: string) => void;
}
/** A password that is known, or chosen now. */
export function PasswordField({ isNew = false, onChange, ...field }: PasswordProps) {
  const t = useText().signIn;
  return (
    <PasswordInput
      {...field}
      autoComplete={isNew ? "new-password" : "current-password"}
      minLength={isNew ? 12 : undefined}
      required
      withAsterisk={false}
      onChange={(event) => onChange(event.currentTarget.value)}
      visibilityToggleButtonProps={{ "aria-label": t.show }}
    />
  );
}

/** The end of such a form: the code when it is needed, a refusal, the button. */
export function FormEnd({ steps, action }: { readonly steps: TwoSteps; readonly action: string }) {
  return (
    <>
      {steps.needsCode && <CodeField value={steps.code} onChange={steps.setCode} />}
      <RefusalNote error={steps.error} />
      <Button type="submit" size="sm" loading={steps.busy} fullWidth>
        {action}
      </Button>
    </>
  );
}
