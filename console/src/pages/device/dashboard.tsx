import { Button, Group, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { dashboardQuery, dashboardsQuery } from "../../api/dashboards.ts";
import { useMay } from "../../api/session.ts";
import type { Span } from "../../parts/chart/range.ts";
import { accountData } from "../../parts/dashboard/account-data.ts";
import { DataProvider, LookedProvider } from "../../parts/dashboard/data.ts";
import { DashboardGrid } from "../../parts/dashboard/grid.tsx";
import { RangeSelect } from "../../parts/dashboard/range-select.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../parts/dashboard/text.ts";
import type { Shared } from "./shared.ts";

/** The dashboards of the product, shown for this device. */
export default function DeviceDashboard({ workspace, device }: Shared) {
  const t = useText();
  const { product } = device;
  const all = useQuery(dashboardsQuery(workspace, product));
  const [chosen, setChosen] = useState<number | null>(null);
  const [span, setSpan] = useState<Span | null>(null);
  const number = chosen ?? all.data?.[0]?.dashboard;
  const one = useQuery({ ...dashboardQuery(workspace, number ?? 0), enabled: number !== undefined });
  const data = useMemo(() => accountData(workspace), [workspace]);
  const looked = useMemo(() => ({ product, device: device.id }), [product, device.id]);
  const may = useMay(workspace, "dashboards");
  const error = all.error ?? one.error;
  if (error !== null) return <RefusalNote error={error} again={() => void all.refetch()} />;
  if (all.data?.length === 0)
    return (
      <EmptyState
        action={
          may ? (
            <Button component={Link} to={`/w/${workspace}/dashboards?product=${product}`}>
              {t.dashboards.create}
            </Button>
          ) : undefined
        }
      >
        {t.dashboards.empty}
      </EmptyState>
    );
  if (one.data === undefined) return <Skeleton rows={8} />;
  const { content, dashboard } = one.data.dashboard;
  const range = span ?? content.range;
  return (
    <DataProvider value={data}>
      <LookedProvider value={looked}>
        <Group gap="sm" mb={12}>
          <NativeSelect
            aria-label={t.frame.dashboards}
            value={String(dashboard)}
            data={(all.data ?? []).map((each) => ({ value: String(each.dashboard), label: each.name }))}
            onChange={(event) => setChosen(Number(event.currentTarget.value))}
          />
          <RangeSelect span={range} onChange={setSpan} />
        </Group>
        <DashboardGrid content={content} span={range} />
      </LookedProvider>
    </DataProvider>
  );
}
