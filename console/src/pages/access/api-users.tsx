import { accountsQuery } from "../../api/accounts.ts";
import { Button, Modal, TextInput } from "@mantine/core";
import { SearchIcon } from "@primer/octicons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { ApiUser } from "../../../../sdk/operations.js";
import { Ago } from "../../parts/ago.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import type { Column } from "../../parts/table-types.ts";
import { type Text, useText } from "../../text/index.ts";
import css from "./access.module.css";
import { CreateApiUser } from "./create-api-user.tsx";
import { sentenceOf } from "./grants.ts";
import type { Shared } from "./shared.ts";

/** Accounts of programs and devices: what each may do in a sentence, and when it was used. */
export function ApiUsers({ workspace, may, search, set }: Shared) {
  const t = useText();
  const words = t.access.apiUsers;
  const { data, error, refetch } = useQuery(accountsQuery(workspace));
  const [creating, setCreating] = useState(false);
  const columns = useMemo(() => columnsOf(workspace, t), [workspace, t]);
  const { q = "" } = search;
  const rows = useMemo(
    () => (data ?? []).filter(({ name }) => name.toLowerCase().includes(q.trim().toLowerCase())),
    [data, q],
  );
  const create = (
    <Button disabled={!may} title={may ? undefined : t.common.needs("members")} onClick={() => setCreating(true)}>
      {words.new}
    </Button>
  );
  return (
    <>
      <div className={css.toolbar}>
        <TextInput
          aria-label={words.search}
          placeholder={words.search}
          leftSection={<SearchIcon size={14} />}
          value={q}
          onChange={(event) => set({ q: event.currentTarget.value })}
        />
        {data?.length !== 0 && create}
      </div>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined ? (
        error === null && <Skeleton rows={6} />
      ) : (
        <DataTable
          label={t.access.tab["api-users"]}
          rows={rows}
          columns={columns}
          rowKey={({ api_user }) => String(api_user)}
          sort={search.sort}
          onSort={(sort) => set({ sort })}
          height={640}
          empty={
            data.length === 0 ? (
              <EmptyState
                action={create}
                code="bin/fieldcast api-user create meter --can record_measurements --product my-product"
              >
                {words.none}
              </EmptyState>
            ) : (
              <EmptyState>{words.noneFound}</EmptyState>
            )
          }
        />
      )}
      <Modal
        opened={creating}
        onClose={() => setCreating(false)}
        title={words.new}
        size={720}
        closeButtonProps={{ "aria-label": t.common.close }}
      >
        <CreateApiUser workspace={workspace} />
      </Modal>
    </>
  );
}

function columnsOf(workspace: string, t: Text): Column<ApiUser>[] {
  const words = t.access.apiUsers;
  return [
    {
      id: "name",
      head: words.name,
      width: 180,
      grow: true,
      fixed: true,
      cell: ({ api_user, name }) => (
        <Link to="/w/$workspace/access/api-users/$apiUser" params={{ workspace, apiUser: String(api_user) }}>
          {name}
        </Link>
      ),
      sortBy: ({ name }) => name,
    },
    {
      id: "may",
      head: words.may,
      width: 380,
      grow: true,
      cell: ({ grants, mqtt }) => {
        const sentence = sentenceOf(grants, t.access);
        return (
          <span title={sentence}>
            {sentence} {!mqtt && <span className="quiet">({words.noMqtt})</span>}
          </span>
        );
      },
    },
    {
      id: "used",
      head: words.lastUsed,
      width: 130,
      cell: ({ last_used }) => <Ago time={last_used} />,
      sortBy: ({ last_used }) => last_used ?? undefined,
    },
    {
      id: "created",
      head: words.created,
      width: 110,
      cell: ({ created }) => (created === null ? "–" : <Ago time={created} />),
      sortBy: ({ created }) => created ?? undefined,
    },
  ];
}
