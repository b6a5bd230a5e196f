import { Button, NativeSelect } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { Member } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { ConfirmName } from "../../parts/confirm-name.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import type { Column } from "../../parts/table-types.ts";
import { useText } from "../../text/index.ts";
import css from "./access.module.css";
import { Invitations, InviteButton } from "./invitations.tsx";
import { membersQuery } from "./queries.ts";
import { ROLES, type Role } from "./roles.ts";
import type { Shared } from "./shared.ts";

/** Who belongs to the workspace, in which role, and who was invited. */
export function Members({ workspace, may, search, set }: Shared) {
  const t = useText();
  const { data, error, refetch } = useQuery(membersQuery(workspace));
  const [leaving, setLeaving] = useState<Member | null>(null);
  const role = useMutation({
    mutationFn: ({ member, next }: { member: number; next: Role }) =>
      api.updateMember({ workspace, member, if_match: "*", body: { role: next } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["members"] }),
  });
  const { mutate } = role;
  const columns = useMemo(
    () => columnsOf({ workspace, may, t, change: (member, next) => mutate({ member, next }), remove: setLeaving }),
    [workspace, may, t, mutate],
  );
  return (
    <>
      <RefusalNote error={role.error} />
      <Section title={t.access.tab.members} flush actions={<InviteButton workspace={workspace} may={may} />}>
        <RefusalNote error={error} again={() => void refetch()} />
        {data === undefined ? (
          error === null && <Skeleton rows={4} />
        ) : (
          <DataTable
            label={t.access.tab.members}
            rows={data}
            columns={columns}
            rowKey={({ member }) => String(member)}
            sort={search.sort}
            onSort={(sort) => set({ sort })}
            height={560}
            bare
          />
        )}
      </Section>
      {may && <Invitations workspace={workspace} />}
      <ConfirmName
        opened={leaving !== null}
        onClose={() => setLeaving(null)}
        title={t.access.members.removeWho(leaving?.email ?? "")}
        name={leaving?.email ?? ""}
        action={t.access.members.remove}
        run={async () => {
          if (leaving !== null) await api.removeMember({ workspace, member: leaving.member });
          await queryClient.invalidateQueries({ queryKey: ["members"] });
        }}
      >
        {t.access.members.removeHow}
      </ConfirmName>
    </>
  );
}

interface Wish {
  readonly workspace: string;
  readonly may: boolean;
  readonly t: ReturnType<typeof useText>;
  readonly change: (member: number, role: Role) => void;
  readonly remove: (member: Member) => void;
}

function columnsOf({ workspace, may, t, change, remove }: Wish): Column<Member>[] {
  const words = t.access.members;
  const why = may ? undefined : t.common.needs("members");
  return [
    {
      id: "email",
      head: words.email,
      width: 124,
      grow: true,
      fixed: true,
      cell: ({ member, email }) => (
        <Link to="/w/$workspace/access/members/$member" params={{ workspace, member: String(member) }}>
          {email}
        </Link>
      ),
      sortBy: ({ email }) => email,
    },
    {
      id: "role",
      head: words.role,
      width: 132,
      whole: true,
      cell: ({ member, email, role }) => (
        <NativeSelect
          aria-label={words.roleOf(email)}
          className={css.role}
          value={role}
          disabled={!may}
          title={why ?? t.access.roleHelp[role]}
          data={ROLES.map((value) => ({ value, label: t.access.roles[value] }))}
          onChange={(event) => change(member, event.currentTarget.value as Role)} // one of ROLES
        />
      ),
      sortBy: ({ role }) => ROLES.indexOf(role),
    },
    {
      id: "do",
      head: words.remove,
      width: 112,
      whole: true,
      right: true,
      cell: (one) => (
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          disabled={!may}
          title={why}
          aria-label={words.removeWho(one.email)}
          onClick={() => remove(one)}
        >
          {words.remove}
        </Button>
      ),
    },
  ];
}
