import { Button, PasswordInput, Stack } from "@mantine/core";
import { useState } from "react";
import { useAct } from "../../parts/act.ts";
import { OpenFrame } from "../../parts/open-frame.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../parts/dashboard/text.ts";
import { openLink } from "./client.ts";

export function Over() {
  const t = useText().dashboards.shared;
  return (
    <OpenFrame title={t.over}>
      <p>{t.overHow}</p>
    </OpenFrame>
  );
}

export function Password({ secret, opened }: { readonly secret: string; readonly opened: (key: string) => void }) {
  const t = useText().dashboards.shared;
  const [password, setPassword] = useState("");
  const act = useAct(async () => opened((await openLink(secret, password)).key));
  return (
    <OpenFrame title={t.passwordTitle}>
      <form onSubmit={act.submit}>
        <Stack gap="md">
          <PasswordInput
            size="xs"
            label={t.password}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="current-password"
            autoFocus
          />
          <RefusalNote error={act.error} />
          <Button type="submit" loading={act.busy}>
            {t.open}
          </Button>
        </Stack>
      </form>
    </OpenFrame>
  );
}
