import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Device, Field } from "../../api/fleet.ts";
import { api } from "../../api/index.ts";
import { exactText } from "../../parts/ago-text.ts";
import { countsOf, countWish } from "../../parts/chart/counts.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { formatValue } from "../../parts/format-value.ts";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import type { Column } from "../../parts/table-types.ts";
import { useText } from "../../text/index.ts";
import type { Range } from "../../parts/chart/range.ts";
import { MOST, newestRows, type Row } from "./newest-rows.ts";

interface Props {
  readonly device: Device;
  readonly fields: readonly Field[];
  readonly range: Range;
  /** Shows what is before this time, ms. */
  readonly onEarlier: (before: number) => void;
}

/** Every measurement of the range, newest first. */
export function HistoryTable({ device, fields, range, onEarlier }: Props) {
  const t = useText();
  const ids = fields.map(({ id }) => id);
  const { from, to } = range;
  const { data, error, refetch } = useQuery({
    queryKey: ["history", device.product, device.id, "rows", ids, from, to],
    queryFn: async ({ signal }) => {
      const own = { products: [device.product], devices: [device.id] };
      return newestRows(
        {
          rows: async (start, end) => {
            const wish = { from: new Date(start).toISOString(), to: new Date(end).toISOString(), limit: MOST };
            const answer = (await api.queryHistory({ body: { ...own, fields: ids, ...wish }, signal })).data;
            // each row has a value for each field beside its time
            return { rows: answer.rows as unknown as Row[], more: answer.next !== null };
          },
          counts: async (start, end) => {
            const body = { ...own, ...countWish(ids, { from: start, to: end }) };
            return countsOf((await api.queryHistory({ body, signal })).data.rows);
          },
        },
        from,
        to,
      );
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
      {data.more && (
        <p className="quiet small">
          {t.device.history.more(data.rows.length)}{" "}
          <Button variant="subtle" size="compact-xs" onClick={() => onEarlier(Date.parse(data.rows[0]?.time ?? ""))}>
            {t.device.history.before}
          </Button>
        </p>
      )}
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
