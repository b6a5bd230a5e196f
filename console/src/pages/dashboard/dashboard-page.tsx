import { Button, Menu } from "@mantine/core";
import { KebabHorizontalIcon, ScreenFullIcon } from "@primer/octicons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { type Dashboard, dashboardQuery } from "../../api/dashboards.ts";
import { api, queryClient } from "../../api/index.ts";
import { ApiProblem } from "../../api/problem.ts";
import { useMay } from "../../api/session.ts";
import { accountData } from "../../parts/dashboard/account-data.ts";
import { DataProvider, LookedProvider } from "../../parts/dashboard/data.ts";
import { DashboardGrid } from "../../parts/dashboard/grid.tsx";
import { RangeSelect } from "../../parts/dashboard/range-select.tsx";
import { ConfirmName } from "../../parts/confirm-name.tsx";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { KeptForm } from "../../parts/kept-form.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../parts/dashboard/text.ts";
import { DeviceSwitch, useLookedDevice } from "./device-switch.tsx";
import { downloadJson } from "./download.ts";
import type { DashboardSearch } from "./search.ts";
import { Wall } from "./wall.tsx";

const Editor = lazy(() => import("./editor.tsx"));
const Sharing = lazy(() => import("./sharing.tsx"));
const route = getRouteApi("/frame/w/$workspace/dashboards/$dashboard");

/** One dashboard: looked at, changed, shared, on a wall. */
export function DashboardPage() {
  const t = useText();
  const { workspace, dashboard: number } = route.useParams();
  const { data: found, error, refetch } = useQuery(dashboardQuery(workspace, number));
  const data = useMemo(() => accountData(workspace), [workspace]);
  if (error !== null && found === undefined)
    return (
      <Page title={t.frame.dashboards}>
        <RefusalNote
          error={error}
          {...(!(error instanceof ApiProblem && error.status === 404) && { again: () => void refetch() })}
        >
          <Button variant="default" component={Link} to={`/w/${workspace}/dashboards`}>
            {t.frame.dashboards}
          </Button>
        </RefusalNote>
      </Page>
    );
  if (found === undefined)
    return (
      <Page title={t.frame.dashboards} wide>
        <Skeleton rows={9} />
      </Page>
    );
  return (
    <DataProvider value={data}>
      <Shown key={found.dashboard.dashboard} workspace={workspace} {...found} />
    </DataProvider>
  );
}

function Shown({
  workspace,
  dashboard,
  etag,
}: {
  readonly workspace: string;
  readonly dashboard: Dashboard;
  readonly etag: string;
}) {
  const t = useText();
  const search = route.useSearch();
  const navigate = useNavigate();
  const may = useMay(workspace, "dashboards");
  const looked = useLookedDevice(dashboard.product, search.device);
  const [sharing, setSharing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const change = (next: { [K in keyof DashboardSearch]?: DashboardSearch[K] | undefined }) => {
    const entries = Object.entries({ ...search, ...next }).filter(([, value]) => value !== undefined);
    void navigate({ to: ".", search: Object.fromEntries(entries), replace: true });
  };
  const kept = useMemo(() => ({ dashboard, etag }), [dashboard, etag]);
  const span = search.span ?? dashboard.content.range;
  const context = dashboard.product === null ? null : { product: dashboard.product, device: looked.device };
  const refused = may ? undefined : t.common.needs("dashboards");
  if (search.wall === true)
    return (
      <LookedProvider value={context}>
        <Wall name={dashboard.name} onLeave={() => change({ wall: undefined })}>
          <DashboardGrid content={dashboard.content} span={span} />
        </Wall>
      </LookedProvider>
    );
  if (search.edit === true && may)
    return (
      <LookedProvider value={context}>
        <Suspense fallback={<Skeleton rows={9} />}>
          <KeptForm state={kept}>
            {(state) => (
              <Editor
                {...{ workspace, ...state }}
                around={
                  dashboard.product !== null && <DeviceSwitch {...looked} onChange={(device) => change({ device })} />
                }
                onDone={() => change({ edit: undefined })}
              />
            )}
          </KeptForm>
        </Suspense>
      </LookedProvider>
    );
  return (
    <LookedProvider value={context}>
      <Page
        title={dashboard.name}
        wide
        about={
          <span className="quiet">
            {dashboard.description ?? ""} {dashboard.hidden > 0 && t.dashboards.hidden(dashboard.hidden)}
          </span>
        }
        actions={
          <>
            {dashboard.product !== null && <DeviceSwitch {...looked} onChange={(device) => change({ device })} />}
            <RangeSelect span={span} onChange={(next) => change({ span: next })} />
            <Button variant="default" disabled={!may} title={refused} onClick={() => change({ edit: true })}>
              {t.dashboards.edit}
            </Button>
            <Button variant="default" disabled={!may} title={refused} onClick={() => setSharing(true)}>
              {t.dashboards.share}
            </Button>
            <Menu position="bottom-end">
              <Menu.Target>
                <Button variant="default" aria-label={t.dashboards.more} px={10}>
                  <KebabHorizontalIcon size={14} />
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<ScreenFullIcon size={14} />} onClick={() => change({ wall: true })}>
                  {t.dashboards.wall}
                </Menu.Item>
                <Menu.Item onClick={() => void downloadJson(workspace, dashboard)}>{t.dashboards.export}</Menu.Item>
                <Menu.Item disabled={!may} title={refused} onClick={() => setRemoving(true)}>
                  {t.dashboards.delete}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
            <AsApi examples={[curlText(`/workspaces/${workspace}/dashboards/${dashboard.dashboard}`)]} />
          </>
        }
      >
        {looked.none && <EmptyState>{t.dashboards.noDevice}</EmptyState>}
        {dashboard.content.widgets.length === 0 ? (
          <EmptyState
            action={
              <Button onClick={() => change({ edit: true })} disabled={!may} title={refused}>
                {t.dashboards.add}
              </Button>
            }
          >
            {t.dashboards.nothingOn}
          </EmptyState>
        ) : (
          <DashboardGrid content={dashboard.content} span={span} />
        )}
        {sharing && (
          <Suspense>
            <Sharing {...{ workspace, dashboard }} device={looked.device} onClose={() => setSharing(false)} />
          </Suspense>
        )}
        <ConfirmName
          opened={removing}
          onClose={() => setRemoving(false)}
          title={t.dashboards.danger}
          name={dashboard.name}
          action={t.dashboards.delete}
          run={async () => {
            await api.deleteDashboard({ workspace, dashboard: dashboard.dashboard });
            await navigate({ to: `/w/${workspace}/dashboards` });
            await queryClient.invalidateQueries({ queryKey: ["dashboards", workspace] });
          }}
        >
          <p>{t.dashboards.deleteHow}</p>
          <p>{t.dashboards.deleteNote(dashboard.links)}</p>
        </ConfirmName>
      </Page>
    </LookedProvider>
  );
}
