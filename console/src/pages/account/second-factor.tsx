import { Button, Group, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, queryClient } from "../../api/index.ts";
import type { Account } from "../../api/people.d.ts";
import { Copyable } from "../../parts/copy-button.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./account.module.css";
import { QrCode } from "../../parts/qr-code.tsx";

const again = () => queryClient.invalidateQueries({ queryKey: ["account"] });

/** A code from the phone beside the password: setting it up, new recovery codes, switching it off. */
export function SecondFactor({ account }: { readonly account: Account }) {
  const t = useText().account.factor;
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const state = account.second_factor ? <Status kind="ok">{t.on}</Status> : <Status kind="away">{t.off}</Status>;
  return (
    <Section title={t.title} actions={state}>
      <Stack gap="md">
        {codes !== null && <Codes codes={codes} />}
        {account.second_factor ? (
          <On left={account.recovery_codes} onCodes={setCodes} />
        ) : (
          account.password_set !== null && <Off onCodes={setCodes} />
        )}
      </Stack>
    </Section>
  );
}

function Codes({ codes }: { readonly codes: readonly string[] }) {
  const t = useText().account.factor;
  return (
    <div className={css.codes} role="status">
      <strong>{t.codes}</strong>
      <p>{t.codesHow}</p>
      <Copyable text={codes.join("\n")} what={t.codes} shown={codes.join("  ")} />
    </div>
  );
}

interface Props {
  readonly onCodes: (codes: readonly string[] | null) => void;
}

function Off({ onCodes }: Props) {
  const t = useText().account.factor;
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const setUp = useMutation({ mutationFn: async () => (await api.setUpSecondFactor({ body: { password } })).data });
  const confirm = useMutation({
    mutationFn: async () => (await api.confirmSecondFactor({ body: { code } })).data,
    onSuccess: async ({ recovery_codes }) => {
      onCodes(recovery_codes);
      await again();
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (setUp.data === undefined) setUp.mutate();
    else confirm.mutate();
  };
  return (
    <form onSubmit={send}>
      <Stack gap="md">
        <p className="quiet small">{t.how}</p>
        {setUp.data === undefined ? (
          <PasswordInput
            size="xs"
            label={t.password}
            value={password}
            required
            autoComplete="current-password"
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
        ) : (
          <>
            <p>{t.scan}</p>
            <QrCode text={setUp.data.uri} label={t.qr} />
            <Copyable text={setUp.data.secret} what={t.secret} />
            <CodeInput code={code} onCode={setCode} />
          </>
        )}
        <RefusalNote error={confirm.error ?? setUp.error} />
        <div>
          <Button type="submit" loading={setUp.isPending || confirm.isPending}>
            {setUp.data === undefined ? t.setUp : t.confirm}
          </Button>
        </div>
      </Stack>
    </form>
  );
}

function On({ left, onCodes }: Props & { readonly left: number }) {
  const t = useText().account.factor;
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const act = useMutation({
    mutationFn: async (what: "codes" | "disable") => {
      const body = { password, code };
      if (what === "codes") return (await api.regenerateRecoveryCodes({ body })).data.recovery_codes;
      await api.disableSecondFactor({ body });
      return null;
    },
    onSuccess: async (codes) => {
      onCodes(codes);
      setCode("");
      setPassword("");
      await again();
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    act.mutate("codes");
  };
  return (
    <form onSubmit={send}>
      <Stack gap="md">
        <p className="quiet small">{t.left(left)}</p>
        <PasswordInput
          size="xs"
          label={t.password}
          value={password}
          required
          autoComplete="current-password"
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <CodeInput code={code} onCode={setCode} />
        <RefusalNote error={act.error} />
        <Group gap="sm">
          <Button type="submit" variant="default" loading={act.isPending}>
            {t.regenerate}
          </Button>
          <Button
            color="red"
            variant="outline"
            disabled={password === "" || code === ""}
            onClick={() => act.mutate("disable")}
          >
            {t.disable}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function CodeInput({ code, onCode }: { readonly code: string; readonly onCode: (code: string) => void }) {
  const t = useText().account.factor;
  return (
    <TextInput
      label={t.code}
      value={code}
      required
      autoComplete="one-time-code"
      spellCheck={false}
      classNames={{ input: "mono" }}
      onChange={(event) => onCode(event.currentTarget.value.trim())}
    />
  );
}
