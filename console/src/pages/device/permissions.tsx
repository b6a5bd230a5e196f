import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { allOf } from "../../api/fleet.ts";
import { api } from "../../api/index.ts";
import type { Rights } from "../../../../sdk/operations.js";
import { DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import type { Column } from "../../parts/table-types.ts";
import { useMay } from "../../api/session.ts";
import { type Text, useText } from "../../text/index.ts";
import type { Shared } from "./shared.ts";

/** An account, and what it may do with the device. */
interface Holder {
  readonly key: string;
  readonly name: string;
  readonly kind: "user" | "api_user";
  readonly can: readonly string[];
  /** What gives it: "grant on the product my-product", "owner". */
  readonly because: readonly string[];
}

/** Accounts that are asked about: each is a question of its own. */
const MOST = 200;

/** Who may do what with this device, and by which grant. */
export default function Permissions({ workspace, device }: Shared) {
  const t = useText().device.permissions;
  const may = useMay(workspace, "members");
  const about = { product: device.product, device: device.id };
  const { data, error, refetch } = useQuery({
    queryKey: ["rights", workspace, about, may],
    queryFn: async ({ signal }): Promise<Holder[]> => {
      if (!may) return [holderOf("own", (await api.getOwnRights({ ...about, signal })).data)];
      const [members, apiUsers] = await Promise.all([
        allOf((cursor) => api.listMembers({ workspace, limit: 1000, signal, ...cursor }), MOST),
        allOf((cursor) => api.listApiUsers({ workspace, limit: 1000, signal, ...cursor }), MOST),
      ]);
      const asked = [
        ...members.map(
          ({ member }) =>
            () =>
              api.getMemberRights({ workspace, member, ...about, signal }),
        ),
        ...apiUsers.map(
          ({ api_user }) =>
            () =>
              api.getApiUserRights({ workspace, api_user, ...about, signal }),
        ),
      ].slice(0, MOST);
      const found: Holder[] = [];
      // a few at a time: a workspace may have many accounts
      for (let n = 0; n < asked.length; n += 8) {
        const some = await Promise.all(asked.slice(n, n + 8).map((ask) => ask()));
        found.push(
          ...some.map(({ data: rights }) => holderOf(`${rights.account.kind} ${rights.account.number}`, rights)),
        );
      }
      return found;
    },
  });
  const columns = useMemo(
    (): Column<Holder>[] => [
      {
        id: "name",
        head: t.account,
        width: 200,
        grow: true,
        fixed: true,
        cell: ({ name }) => name,
        sortBy: ({ name }) => name,
      },
      { id: "kind", head: t.kind, width: 110, cell: ({ kind }) => t.kinds[kind], sortBy: ({ kind }) => kind },
      {
        id: "can",
        head: t.can,
        width: 320,
        grow: true,
        cell: ({ can }) => <span title={words(can, t)}>{can.length === 0 ? t.nothing : words(can, t)}</span>,
        sortBy: ({ can }) => can.length,
      },
      {
        id: "because",
        head: t.because,
        width: 240,
        grow: true,
        cell: ({ because }) => <span className="quiet">{because.join("; ")}</span>,
      },
    ],
    [t],
  );
  return (
    <Section title={t.title} flush>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined ? (
        error === null && <Skeleton rows={6} />
      ) : (
        <DataTable
          label={t.title}
          rows={data}
          columns={columns}
          rowKey={({ key }) => key}
          sort="-can"
          height={560}
          bare
          empty={<EmptyState>{t.nobody}</EmptyState>}
        />
      )}
    </Section>
  );
}

/** Rights in words; who may record may also record without seeing, which needs no word of its own. */
function words(can: readonly string[], t: Text["device"]["permissions"]): string {
  const all = Object.keys(t.words) as (keyof typeof t.words)[]; // the keys of the table
  if (all.every((one) => can.includes(one))) return t.everything;
  return all
    .filter((one) => can.includes(one) && !(one === "record_only" && can.includes("record_measurements")))
    .map((one) => t.words[one])
    .join(", ");
}

function holderOf(key: string, { account, device }: Rights): Holder {
  return {
    key,
    name: account.name,
    kind: account.kind,
    can: device?.can ?? [],
    because: [...new Set((device?.because ?? []).map(({ because }) => because))],
  };
}
