import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Device, Field } from "../../api/fleet.ts";
import { api } from "../../api/index.ts";
import { exactText } from "../../parts/ago-text.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { formatValue } from "../../parts/format-value.ts";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import type { Column } from "../../parts/table-types.ts";
import { useText } from "../../text/index.ts";
import type { Range } from "../../parts/chart/range.ts";

type Row = { readonly time: string } & Readonly<Record<string, unknown>>;
/** Rows of one table: who wants more narrows the range, or takes the CSV. */
const MOST = 2000;

interface Props {
  readonly workspace: string;
  readonly device: Device;
  readonly fields: readonly Field[];
  readonly range: Range;
}

/** Every measurement of the range, newest first. */
export function HistoryTable({ device, fields, range }: Props) {
  const t = useText();
  const ids = fields.map(({ id }) => id);
  const { from, to } = range;
  const { data, error, refetch } = useQuery({
    queryKey: ["history", device.product, device.id, "rows", ids, from, to],
    queryFn: async ({ signal }) => {
      const body = {
        products: [device.product],
        devices: [device.id],
        fields: ids,
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        limit: MOST,
      };
      const answer = (await api.queryHistory({ body, signal })).data;
      // each row has a value for each field beside its time
      return { rows: answer.rows as unknown as Row[], more: answer.next !== null };
    },
    enabled: ids.length > 0,
    placeholderData: (before) => before,
  });
  const columns = useMemo(
    (): Column<Row>[] => [
      {
        id: "time",
        head: t.device.history.time,
        width: 172,
        whole: true,
        fixed: true,
        cell: ({ time }) => <time dateTime={time}>{exactText(time, t.time)}</time>,
        sortBy: ({ time }) => time,
      },
      ...fields.map(
        ({ id, name, unit, decimals }): Column<Row> => ({
          id,
          head: unit === null ? name : `${name}, ${unit}`,
          width: 116,
          grow: true,
          right: true,
          cell: (row) =>
            row[id] === null || row[id] === undefined ? "" : formatValue(row[id], { decimals }, t.time.locale),
        }),
      ),
    ],
    [fields, t],
  );
  if (error !== null) return <RefusalNote error={error} again={() => void refetch()} />;
  if (data === undefined) return <Skeleton rows={10} />;
  return (
    <>
      {data.more && <p className="quiet small">{t.device.history.more(MOST)}</p>}
      <DataTable
        label={t.device.history.table}
        rows={data.rows}
        columns={columns}
        rowKey={({ time }) => time}
        sort="-time"
        height={560}
        empty={<EmptyState>{t.device.history.nothing}</EmptyState>}
      />
    </>
  );
}
