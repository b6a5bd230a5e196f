import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { Storage } from "../../../../sdk/operations.js";
import { Ago } from "../../parts/ago.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Fact, Facts, Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import type { Column } from "../../parts/table-types.ts";
import { type Text, useText } from "../../text/index.ts";
import { storageQuery } from "./queries.ts";
import css from "./system.module.css";
import { useNumbers } from "./words.ts";

type Used = Storage["all"];
const KINDS = ["products", "fields", "devices"] as const;
type Kind = (typeof KINDS)[number];

/** What is stored, and what takes the most of it. */
export function StorageTab() {
  const t = useText().system.storage;
  const { data, error, refetch } = useQuery(storageQuery);
  return (
    <>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined ? (
        error === null && <Skeleton rows={8} />
      ) : (
        <div className={css.storage}>
          <Section title={t.title}>
            <StoreFacts storage={data} />
          </Section>
          <Most storage={data} />
        </div>
      )}
    </>
  );
}

function StoreFacts({ storage }: { readonly storage: Storage }) {
  const t = useText().system.storage;
  const { number, bytes } = useNumbers();
  const { file_bytes, free_bytes, disk_free_bytes, log_rows, log_bytes, next_sweep, all } = storage;
  // a store that cannot grow by what it has already is near its end
  const isLow = disk_free_bytes !== null && disk_free_bytes < Math.max(file_bytes / 4, 512 * 1024 ** 2);
  return (
    <Facts>
      <Fact name={t.measurements}>{number(all.measurements, 0)}</Fact>
      <Fact name={t.series}>{number(all.series, 0)}</Fact>
      <Fact name={t.file}>{bytes(file_bytes)}</Fact>
      <Fact name={t.free}>{bytes(free_bytes)}</Fact>
      <Fact name={t.disk}>
        {disk_free_bytes === null ? t.unknown : bytes(disk_free_bytes)} {isLow && <Status kind="warn">{t.low}</Status>}
      </Fact>
      <Fact name={t.log}>
        {t.rows(number(log_rows, 0))}, {bytes(log_bytes)}
      </Fact>
      <Fact name={t.oldest}>{all.oldest === null ? "–" : <Ago time={all.oldest} />}</Fact>
      <Fact name={t.newest}>{all.newest === null ? "–" : <Ago time={all.newest} />}</Fact>
      <Fact name={t.sweep}>{next_sweep === null ? "–" : <Ago time={next_sweep} />}</Fact>
    </Facts>
  );
}

function Most({ storage }: { readonly storage: Storage }) {
  const t = useText().system.storage;
  const { number, bytes } = useNumbers();
  const [kind, setKind] = useState<Kind>("products");
  const [sort, setSort] = useState("-size");
  const columns = useMemo(() => columnsOf(t, number, bytes), [t, number, bytes]);
  return (
    <Section
      title={t.most}
      flush
      actions={
        <SegmentedControl
          aria-label={t.most}
          value={kind}
          data={KINDS.map((value) => ({ value, label: t.kinds[value] }))}
          onChange={(next) => setKind(next)}
        />
      }
    >
      <DataTable
        label={t.kinds[kind]}
        rows={storage[kind]}
        columns={columns}
        rowKey={({ name }) => name}
        sort={sort}
        onSort={setSort}
        height={560}
        bare
        empty={<EmptyState>{t.none}</EmptyState>}
      />
    </Section>
  );
}

function columnsOf(
  t: Text["system"]["storage"],
  number: (n: number, decimals: number) => string,
  bytes: (n: number) => string,
): Column<Used>[] {
  return [
    { id: "name", head: t.name, width: 150, grow: true, fixed: true, cell: ({ name }) => name, sortBy: (u) => u.name },
    {
      id: "measurements",
      head: t.measurements,
      width: 112,
      whole: true,
      right: true,
      cell: ({ measurements }) => number(measurements, 0),
      sortBy: ({ measurements }) => measurements,
    },
    {
      id: "size",
      head: t.size,
      width: 88,
      whole: true,
      right: true,
      cell: (one) => bytes(one.bytes + one.rollup_bytes),
      sortBy: (one) => one.bytes + one.rollup_bytes,
    },
    {
      id: "newest",
      head: t.newest,
      width: 104,
      whole: true,
      cell: ({ newest }) => (newest === null ? "–" : <Ago time={newest} />),
      sortBy: ({ newest }) => newest ?? undefined,
    },
  ];
}
