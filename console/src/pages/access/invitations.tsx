import { Button, Modal, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, queryClient } from "../../api/index.ts";
import { ApiProblem } from "../../api/problem.ts";
import { Ago } from "../../parts/ago.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { SecretOnce } from "../../parts/secret-once.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./access.module.css";
import { invitationsQuery } from "./queries.ts";
import { ROLES, type Role } from "./roles.ts";

/** Invitations that nobody has accepted yet. */
export function Invitations({ workspace }: { readonly workspace: string }) {
  const t = useText().access;
  const { data = [], error } = useQuery(invitationsQuery(workspace));
  const revoke = useMutation({
    mutationFn: (email: string) => api.revokeInvitation({ workspace, email }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["invitations"] }),
  });
  if (data.length === 0 && error === null) return null;
  return (
    <Section title={t.members.invitations} flush>
      <RefusalNote error={error ?? revoke.error} />
      <ul className={css.list}>
        {data.map(({ email, role, by, created, expires }) => (
          <li key={email}>
            <span className={css.main}>
              {email} <span className="quiet">{t.roles[role]}</span>
            </span>
            <span className="quiet small">
              {t.members.invited} <Ago time={created} /> {by !== null && t.members.by(by)} · {t.members.expires}{" "}
              <Ago time={expires} />
            </span>
            <Button
              variant="subtle"
              color="gray"
              size="compact-xs"
              aria-label={t.members.revokeWho(email)}
              onClick={() => revoke.mutate(email)}
            >
              {t.members.revoke}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function InviteButton({ workspace, may }: { readonly workspace: string; readonly may: boolean }) {
  const t = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button disabled={!may} title={may ? undefined : t.common.needs("members")} onClick={() => setOpen(true)}>
        {t.access.members.invite}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={t.access.members.inviteTitle}
        closeButtonProps={{ "aria-label": t.common.close }}
      >
        <InviteForm workspace={workspace} />
      </Modal>
    </>
  );
}

function InviteForm({ workspace }: { readonly workspace: string }) {
  const t = useText().access;
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("member");
  const invite = useMutation({
    mutationFn: async () => (await api.createInvitation({ workspace, body: { email: email.trim(), role } })).data,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["invitations"] }),
  });
  const problem = invite.error instanceof ApiProblem ? invite.error : null;
  const send = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate();
  };
  const made = invite.data;
  if (made !== undefined)
    return made.link === null ? (
      <p role="status">{t.members.mailed(made.email)}</p>
    ) : (
      <SecretOnce what={t.members.link} secret={made.link}>
        {t.members.handOver}
      </SecretOnce>
    );
  return (
    <form onSubmit={send}>
      <Stack gap="md">
        <TextInput
          type="email"
          label={t.members.email}
          value={email}
          error={problem?.about("email")}
          required
          data-autofocus
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <NativeSelect
          label={t.members.role}
          description={t.roleHelp[role]}
          value={role}
          data={ROLES.map((value) => ({ value, label: t.roles[value] }))}
          onChange={(event) => setRole(event.currentTarget.value as Role)} // one of ROLES
        />
        <RefusalNote error={problem?.about("email") === undefined ? invite.error : null} />
        <Button type="submit" loading={invite.isPending}>
          {t.members.invite}
        </Button>
      </Stack>
    </form>
  );
}
