import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { type DashboardSummary, dashboardsQuery } from "../../api/dashboards.ts";
import { productsQuery } from "../../api/fleet.ts";
import { useMay } from "../../api/session.ts";
import { Ago } from "../../parts/ago.tsx";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import type { Column } from "../../parts/table-types.ts";
import { useText } from "../../parts/dashboard/text.ts";
import { CreateDashboard } from "./create.tsx";
import { ImportDashboard } from "./import.tsx";

const route = getRouteApi("/frame/w/$workspace/dashboards");

/** The dashboards of a workspace and of its products. */
export function DashboardsPage() {
  const t = useText();
  const { workspace } = route.useParams();
  const { product, sort = "name" } = route.useSearch();
  const navigate = useNavigate();
  const all = useQuery(dashboardsQuery(workspace, product));
  const products = useQuery(productsQuery(workspace));
  const [making, setMaking] = useState<"new" | "import" | null>(null);
  const may = useMay(workspace, "dashboards");
  const refused = may ? undefined : t.common.needs("dashboards");
  const open = (one: Pick<DashboardSummary, "dashboard">, edit = false) =>
    void navigate({
      to: "/w/$workspace/dashboards/$dashboard",
      params: { workspace, dashboard: String(one.dashboard) },
      search: edit ? { edit: true } : {},
    });
  const names = new Map(products.data?.map(({ slug, name }) => [slug, name]));
  const columns = useMemo(
    (): Column<DashboardSummary>[] => [
      {
        id: "name",
        head: t.dashboards.name,
        cell: (one) => (
          <Link
            to="/w/$workspace/dashboards/$dashboard"
            params={{ workspace, dashboard: String(one.dashboard) }}
            title={one.description ?? undefined}
          >
            {one.name}
          </Link>
        ),
        width: 240,
        grow: true,
        sortBy: (one) => one.name,
      },
      {
        id: "product",
        head: t.dashboards.product,
        cell: (one) => one.product ?? <span className="quiet">{t.dashboards.allOf}</span>,
        width: 200,
        sortBy: (one) => one.product ?? "",
      },
      {
        id: "widgets",
        head: t.dashboards.widgets,
        width: 90,
        cell: (one) => one.widgets,
        sortBy: (one) => one.widgets,
        right: true,
      },
      {
        id: "links",
        head: t.dashboards.links,
        width: 80,
        cell: (one) => one.links || "–",
        sortBy: (one) => one.links,
        right: true,
      },
      {
        id: "created",
        head: t.dashboards.created,
        width: 130,
        cell: (one) => <Ago time={one.created} />,
        sortBy: (one) => one.created,
      },
    ],
    [t, workspace],
  );
  const create = (
    <Button onClick={() => setMaking("new")} disabled={!may} title={refused}>
      {t.dashboards.create}
    </Button>
  );
  return (
    <Page
      title={t.frame.dashboards}
      about={all.data && <span className="quiet">{t.dashboards.count(all.data.length)}</span>}
      actions={
        <>
          {create}
          <Button variant="default" onClick={() => setMaking("import")} disabled={!may} title={refused}>
            {t.dashboards.import}
          </Button>
          <AsApi examples={[curlText(`/workspaces/${workspace}/dashboards`)]} />
        </>
      }
    >
      <RefusalNote error={all.error} again={() => void all.refetch()} />
      {all.data === undefined ? (
        all.error === null && <Skeleton rows={6} />
      ) : (
        <DataTable
          label={t.frame.dashboards}
          rows={all.data}
          columns={columns}
          rowKey={({ dashboard }) => String(dashboard)}
          sort={sort}
          onSort={(next) =>
            void navigate({ to: ".", search: { ...(product !== undefined && { product }), sort: next }, replace: true })
          }
          onOpen={(one) => open(one)}
          height={720}
          empty={<EmptyState action={create}>{t.dashboards.empty}</EmptyState>}
        />
      )}
      {making === "new" && (
        <CreateDashboard
          workspace={workspace}
          products={products.data ?? []}
          product={product !== undefined && names.has(product) ? product : null}
          onClose={() => setMaking(null)}
          made={(one, edit) => open(one, edit)}
        />
      )}
      {making === "import" && (
        <ImportDashboard workspace={workspace} onClose={() => setMaking(null)} made={(one) => open(one)} />
      )}
    </Page>
  );
}
