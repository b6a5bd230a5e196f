import { Button, Checkbox, Modal, TextInput } from "@mantine/core";
import { SearchIcon } from "@primer/octicons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api } from "../../api/index.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import css from "./live.module.css";
import type { LiveSearch } from "./search.ts";
import { SessionSheet } from "./session-sheet.tsx";
import { columnsOf } from "./connection-columns.tsx";

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
