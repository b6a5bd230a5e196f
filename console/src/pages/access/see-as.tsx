import { TextInput } from "@mantine/core";
import { SearchIcon } from "@primer/octicons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { Device, Rights } from "../../../../sdk/operations.js";
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
import { someDevicesQuery } from "../../api/fleet.ts";

/** Devices that are asked about at once: each is a question of its own. */
const MOST = 25;

interface Props {
  readonly workspace: string;
  readonly account: Account;
}
interface Seen {
  readonly device: Device;
  readonly can: readonly string[];
  readonly because: readonly string[];
}

/** The devices of the workspace as another account sees them, by the server's own rules. */
export function SeeAs({ workspace, account }: Props) {
  const t = useText();
  const words = t.access.seeAs;
  const [search, setSearch] = useState("");
  const devices = useQuery(someDevicesQuery(workspace, search, MOST));
  const { kind, number } = account;
  const items = devices.data?.items ?? [];
  const rights = useQuery({
    queryKey: ["rights", workspace, kind, number, items.map(({ product, id }) => `${product}/${id}`)],
    queryFn: ({ signal }) => Promise.all(items.map((device) => seen(workspace, account, device, signal))),
    enabled: items.length > 0,
    placeholderData: (before) => before,
  });
  const columns = useMemo(() => columnsOf(workspace, t), [workspace, t]);
  const error = devices.error ?? rights.error;
  const rows = items.length === 0 ? [] : rights.data;
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
      <RefusalNote error={error} again={() => void devices.refetch()} />
      {devices.data === undefined || rows === undefined ? (
        error === null && <Skeleton rows={5} />
      ) : (
        <DataTable
          label={words.devices}
          rows={rows}
          columns={columns}
          rowKey={({ device }) => `${device.product}/${device.id}`}
          height={420}
          bare
          empty={<EmptyState>{words.none}</EmptyState>}
        />
      )}
      {devices.data?.next != null && <p className={`quiet small ${css.more}`}>{words.first(MOST)}</p>}
    </Section>
  );
}

async function seen(workspace: string, { kind, number }: Account, device: Device, signal: AbortSignal): Promise<Seen> {
  const about = { workspace, product: device.product, device: device.id, signal };
  const { data }: { data: Rights } =
    kind === "user"
      ? await api.getMemberRights({ member: number, ...about })
      : await api.getApiUserRights({ api_user: number, ...about });
  return {
    device,
    can: data.device?.can ?? [],
    because: [...new Set((data.device?.because ?? []).map(({ because }) => because))],
  };
}

function columnsOf(workspace: string, t: Text): Column<Seen>[] {
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
      cell: ({ device: { product, id, name } }) => (
        <Link to="/w/$workspace/devices/$product/$device" params={{ workspace, product, device: id }}>
          {name}
        </Link>
      ),
    },
    { id: "sees", head: words.sees, width: 76, cell: ({ can }) => mark(can.includes("view")) },
    {
      id: "records",
      head: words.records,
      width: 130,
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
