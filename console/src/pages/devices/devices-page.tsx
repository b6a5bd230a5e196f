import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import { Cards } from "./cards.tsx";
import { columnsOf } from "./columns.tsx";
import type { Row } from "./rows.ts";
import { ListMenus } from "./list-menus.tsx";
import { type DevicesSearch, USUAL_SORT } from "./search.ts";
import { Toolbar } from "./toolbar.tsx";
import { useColumns } from "./use-columns.ts";
import { useRows } from "./use-rows.ts";

// what most visits do not need is not in the first load
const DeviceMap = lazy(() => import("./map.tsx"));
const BulkBar = lazy(() => import("./bulk-bar.tsx"));
const route = getRouteApi("/frame/w/$workspace/devices");

/** All devices of a workspace, heard last first; what is looked at is in the address. */
export function DevicesPage() {
  const t = useText();
  const { workspace } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/w/$workspace/devices" });
  const phone = useMediaQuery("(max-width: 767px)", false, { getInitialValueInEffect: false });
  const view = search.view ?? (phone ? "cards" : "table");
  const { devices, products, fields, rows } = useRows(workspace, search);
  const change = useCallback(
    (next: { [K in keyof DevicesSearch]?: DevicesSearch[K] | undefined }) =>
      void navigate({
        search: (before) =>
          Object.fromEntries(Object.entries({ ...before, ...next }).filter(([, value]) => value !== undefined)),
        replace: true,
      }),
    [navigate],
  );
  const many = products.length > 1 && search.product === undefined;
  const columns = useMemo(() => columnsOf(t, workspace, fields, many), [t, workspace, fields, many]);
  const looks = useColumns(workspace, columns);
  const { hidden, dense, error } = looks;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const picked = useMemo(() => rows.filter(({ key }) => chosen.has(key)).map(({ device }) => device), [rows, chosen]);
  const tags = useMemo(() => [...new Set(rows.flatMap(({ device }) => device.tags))].sort(), [rows]);
  const sort = search.sort ?? USUAL_SORT;
  const filtered = [search.q, search.product, search.tag, search.state].some((one) => one !== undefined);
  const empty = filtered ? (
    <EmptyState>{t.devices.nothing}</EmptyState>
  ) : (
    <EmptyState
      action={
        <Button component={Link} to={`/w/${workspace}/connect`}>
          {t.frame.connect}
        </Button>
      }
    >
      {t.devices.empty}
    </EmptyState>
  );
  return (
    <Page
      title={t.frame.devices}
      about={devices.listed && <span className="quiet">{t.devices.count(devices.total)}</span>}
      actions={
        <>
          <Button component={Link} to={`/w/${workspace}/connect`} variant="default">
            {t.frame.connect}
          </Button>
          <Button
            component={Link}
            to={`/w/${workspace}/import${search.product === undefined ? "" : `?product=${search.product}`}`}
            variant="default"
          >
            {t.devices.import}
          </Button>
          <AsApi examples={[curlText(apiPath(workspace, search))]} />
        </>
      }
      wide
      fill={view !== "cards"}
    >
      <Toolbar
        {...{ search, change, products, tags, view }}
        isWhole={devices.isWhole}
        onCsv={() => {
          const shown = columns.filter(({ id }) => !hidden.has(id));
          void import("./save-csv.ts").then(({ saveCsv }) => saveCsv(t, rows, shown, sort));
        }}
      >
        <ListMenus {...{ workspace, search, columns, looks }} withColumns={view === "table"} />
      </Toolbar>
      <RefusalNote error={error} />
      <RefusalNote error={devices.error} again={devices.refetch} />
      {devices.listed === undefined ? (
        devices.error === null && <Skeleton rows={14} />
      ) : view === "map" ? (
        <Suspense fallback={<Skeleton rows={14} />}>
          <DeviceMap workspace={workspace} rows={rows} />
        </Suspense>
      ) : view === "cards" ? (
        rows.length === 0 ? (
          empty
        ) : (
          <Cards {...{ workspace, rows, columns, sort, fields }} />
        )
      ) : (
        <DataTable
          label={t.frame.devices}
          rows={rows}
          columns={columns}
          rowKey={keyOf}
          sort={sort}
          onSort={(next) => change({ sort: next === USUAL_SORT ? undefined : next })}
          hidden={hidden}
          dense={dense}
          chosen={chosen}
          onChoose={setChosen}
          onOpen={({ device }) =>
            void navigate({
              to: "/w/$workspace/devices/$product/$device",
              params: { workspace, product: device.product, device: device.id },
            })
          }
          empty={empty}
        />
      )}
      {picked.length > 0 && (
        <Suspense>
          <BulkBar workspace={workspace} devices={picked} tags={tags} clear={() => setChosen(new Set())} />
        </Suspense>
      )}
    </Page>
  );
}

const keyOf = ({ key }: Row) => key;

function apiPath(workspace: string, { q, product, tag, state }: DevicesSearch): string {
  const wish = new URLSearchParams({ workspace });
  if (q !== undefined) wish.set("search", q);
  if (product !== undefined) wish.set("product", product);
  if (tag !== undefined) wish.set("tag", tag);
  if (state !== undefined) wish.set("online", String(state === "online"));
  return `/devices?${wish}`;
}
