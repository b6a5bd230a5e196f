import { Button, Checkbox, Modal, TextInput } from "@mantine/core";
import { SearchIcon } from "@primer/octicons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { Session } from "../../../../sdk/operations.js";
import { api } from "../../api/index.ts";
import { Ago } from "../../parts/ago.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { formatNumber } from "../../parts/format-value.ts";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Status } from "../../parts/status.tsx";
import type { Column } from "../../parts/table-types.ts";
import { type Text, useText } from "../../text/index.ts";
import css from "./live.module.css";
import type { LiveSearch } from "./search.ts";
import { SessionSheet } from "./session-sheet.tsx";

interface Props {
  readonly search: LiveSearch;
  readonly set: (more: Record<string, unknown>) => void;
}

/** Who is connected, whose session waits, and what waits in it. */
export function Connections({ search, set }: Props) {
  const t = useText();
  const words = t.live.connections;
  const { q = "", session } = search;
  const [connected, setConnected] = useState(false);
  const [sort, setSort] = useState("client");
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["sessions", { q, connected }],
    queryFn: async ({ signal, pageParam }) =>
      (
        await api.listSessions({
          contains: q,
          limit: 500,
          cursor: pageParam,
          signal,
          ...(connected && { connected }),
        })
      ).data,
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
    refetchInterval: 5000,
  });
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  const columns = useMemo(() => columnsOf(t, (id) => set({ session: id })), [t, set]);
  const opened = rows.find(({ id }) => id === session);
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
        <Checkbox
          label={words.connected}
          checked={connected}
          onChange={(event) => setConnected(event.currentTarget.checked)}
        />
      </div>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined && error === null && <Skeleton rows={6} />}
      {data !== undefined && (
        <DataTable
          label={t.live.tab.connections}
          rows={rows}
          columns={columns}
          rowKey={({ id }) => id}
          sort={sort}
          onSort={setSort}
          onOpen={({ id }) => set({ session: id })}
          height={640}
          empty={<EmptyState>{q === "" && !connected ? words.none : words.noneFound}</EmptyState>}
        />
      )}
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {words.more}
        </Button>
      )}
      <Modal
        opened={session !== undefined}
        onClose={() => set({ session: "" })}
        title={words.details(opened?.client_id ?? "…")}
        size={960}
        closeButtonProps={{ "aria-label": t.common.close }}
      >
        {session !== undefined && <SessionSheet id={session} />}
      </Modal>
    </>
  );
}

function columnsOf(t: Text, open: (id: string) => void): Column<Session>[] {
  const words = t.live.connections;
  const number = (n: number) => formatNumber(n, 0, t.time.locale);
  return [
    {
      id: "client",
      head: words.client,
      width: 170,
      grow: true,
      fixed: true,
      cell: ({ id, client_id }) => (
        <button type="button" className={css.open} onClick={() => open(id)}>
          {client_id}
        </button>
      ),
      sortBy: ({ client_id }) => client_id,
    },
    {
      id: "state",
      head: words.state,
      width: 110,
      cell: ({ connected }) =>
        connected ? <Status kind="ok">{words.online}</Status> : <Status kind="away">{words.away}</Status>,
      sortBy: ({ connected }) => (connected ? 0 : 1),
    },
    {
      id: "account",
      head: words.account,
      width: 150,
      grow: true,
      cell: ({ account }) => account,
      sortBy: ({ account }) => account,
    },
    { id: "since", head: words.since, width: 100, cell: ({ since }) => <Ago time={since} />, sortBy: (s) => s.since },
    {
      id: "how",
      head: words.how,
      width: 130,
      cell: ({ protocol, transport }) => `MQTT ${protocol}${transport === null ? "" : `, ${transport}`}`,
    },
    { id: "remote", head: words.remote, width: 120, cell: ({ remote }) => remote ?? "–" },
    {
      id: "subscriptions",
      head: words.subscriptions,
      width: 110,
      right: true,
      cell: ({ subscriptions }) => number(subscriptions),
      sortBy: ({ subscriptions }) => subscriptions,
    },
    {
      id: "waiting",
      head: words.waiting,
      width: 90,
      right: true,
      cell: ({ waiting, in_flight }) => number(waiting + in_flight),
      sortBy: ({ waiting, in_flight }) => waiting + in_flight,
    },
  ];
}
