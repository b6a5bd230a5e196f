import { Button, TextInput } from "@mantine/core";
import { SearchIcon } from "@primer/octicons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { DeviceRights } from "../../../../sdk/operations.js";
import { api } from "../../api/index.ts";
import type { Account } from "../../parts/ask-broker.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import type { Column } from "../../parts/table-types.ts";
import { type Text, useText } from "../../text/index.ts";
import css from "./access.module.css";

/** Devices that are asked about at once; more when one asks. */
const AT_ONCE = 500;

interface Props {
  readonly workspace: string;
  readonly account: Account;
}
/** The devices of the workspace as another account sees them, by the server's own rules. */
export function SeeAs({ workspace, account }: Props) {
  const t = useText();
  const words = t.access.seeAs;
  const [search, setSearch] = useState("");
  const { kind, number } = account;
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["rights", workspace, kind, number, "devices", search],
    queryFn: async ({ signal, pageParam }) => {
      const page = { workspace, limit: AT_ONCE, signal, ...(search !== "" && { search }), cursor: pageParam };
      return kind === "user"
        ? (await api.listMemberDeviceRights({ member: number, ...page })).data
        : (await api.listApiUserDeviceRights({ api_user: number, ...page })).data;
    },
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
  });
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items), [data]);
  const columns = useMemo(() => columnsOf(workspace, t), [workspace, t]);
  return (
    <Section title={t.access.members.seeAsWho(account.name)} flush>
      <div className={css.about}>
        <p className="quiet small">{words.how(account.name)}</p>
        <TextInput
          aria-label={words.search}
          placeholder={words.search}
          leftSection={<SearchIcon size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      </div>
      <RefusalNote error={error} again={() => void refetch()} />
      {rows === undefined ? (
        error === null && <Skeleton rows={5} />
      ) : (
        <DataTable
          label={words.devices}
          rows={rows}
          columns={columns}
          rowKey={({ product, device }) => `${product}/${device}`}
          height={420}
          bare
          empty={<EmptyState>{words.none}</EmptyState>}
        />
      )}
      {hasNextPage && (
        <div className={css.more}>
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t.common.more}
          </Button>
        </div>
      )}
    </Section>
  );
}

function columnsOf(workspace: string, t: Text): Column<DeviceRights>[] {
  const words = t.access.seeAs;
  const mark = (yes: boolean) =>
    yes ? <Status kind="ok">{words.yes}</Status> : <Status kind="away">{words.no}</Status>;
  return [
    {
      id: "device",
      head: words.device,
      width: 112,
      grow: true,
      fixed: true,
      cell: ({ product, device, name }) => (
        <Link to="/w/$workspace/devices/$product/$device" params={{ workspace, product, device }}>
          {name}
        </Link>
      ),
    },
    { id: "sees", head: words.sees, width: 84, whole: true, cell: ({ can }) => mark(can.includes("view")) },
    {
      id: "records",
      head: words.records,
      width: 112,
      whole: true,
      cell: ({ can }) => mark(can.includes("record_measurements") || can.includes("record_only")),
    },
    {
      id: "because",
      head: words.because,
      width: 200,
      grow: true,
      cell: ({ because }) => (
        <span className="quiet" title={because.join("; ")}>
          {because.join("; ") || "–"}
        </span>
      ),
    },
  ];
}
