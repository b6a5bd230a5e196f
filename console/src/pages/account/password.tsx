import { Button, PasswordInput, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, queryClient } from "../../api/index.ts";
import type { Account } from "../../api/people.d.ts";
import { ApiProblem } from "../../api/problem.ts";
import { Ago } from "../../parts/ago.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";

export function Password({ account }: { readonly account: Account }) {
  const t = useText().account.password;
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useMutation({
    mutationFn: () => api.changePassword({ body: { current, next } }),
    onSuccess: async () => {
      setCurrent("");
      setNext("");
      await queryClient.invalidateQueries({ queryKey: ["account"] });
    },
  });
  const problem = change.error instanceof ApiProblem ? change.error : null;
  const send = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  if (account.password_set === null)
    return (
      <Section title={t.title}>
        <p className="quiet">{t.none}</p>
      </Section>
    );
  return (
    <Section title={t.title}>
      <form onSubmit={send}>
        <Stack gap="md">
          <p className="quiet small">
            {t.set} <Ago time={account.password_set} />
          </p>
          <PasswordInput
            size="xs"
            label={t.current}
            value={current}
            required
            autoComplete="current-password"
            error={problem?.about("current")}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
          <PasswordInput
            size="xs"
            label={t.next}
            value={next}
            required
            autoComplete="new-password"
            error={problem?.about("next")}
            onChange={(event) => setNext(event.currentTarget.value)}
          />
          <RefusalNote error={problem === null || problem.errors.length === 0 ? change.error : null} />
          {change.isSuccess && (
            <p className="quiet" role="status">
              {t.changed}
            </p>
          )}
          <div>
            <Button type="submit" loading={change.isPending}>
              {t.change}
            </Button>
          </div>
        </Stack>
      </form>
    </Section>
  );
}
