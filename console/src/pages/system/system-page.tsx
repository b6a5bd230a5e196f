import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Status } from "../../parts/status.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { useText } from "../../text/index.ts";
import { Backups } from "./backups.tsx";
import { Overview } from "./overview.tsx";
import { instanceQuery } from "./queries.ts";
import { TABS } from "./search.ts";
import { Settings } from "./settings.tsx";
import { StorageTab } from "./storage.tsx";

const Day = lazy(() => import("./day.tsx"));
const route = getRouteApi("/frame/system");
const PATHS = {
  overview: "/instance",
  day: "/instance/day",
  storage: "/instance/storage",
  backups: "/backups",
  settings: "/instance/settings",
};

/** The server itself: whether it is well, what it does, and what it holds. */
export function SystemPage() {
  const t = useText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { tab = "overview" } = search;
  const { data, error, refetch } = useQuery(instanceQuery);
  const set = (more: typeof search) =>
    void navigate({ search: (before: typeof search) => ({ ...before, ...more }), replace: true });
  if (data === undefined)
    return (
      <Page title={t.frame.system}>
        {error === null ? <Skeleton rows={8} /> : <RefusalNote error={error} again={() => void refetch()} />}
      </Page>
    );
  return (
    <Page
      title={t.frame.system}
      about={data.ready ? <Status kind="ok">{t.system.ready}</Status> : <Status kind="bad">{t.system.notReady}</Status>}
      actions={<AsApi examples={[curlText(PATHS[tab])]} />}
    >
      <Tabs
        label={t.system.tabs}
        tabs={TABS.map((id) => ({ id, text: t.system.tab[id] }))}
        chosen={tab}
        search={(id) => (id === "overview" ? {} : { tab: id })}
      />
      <RefusalNote error={error} again={() => void refetch()} />
      {tab === "overview" && <Overview instance={data} />}
      {tab === "day" && (
        <Suspense fallback={<Skeleton rows={8} />}>
          <Day />
        </Suspense>
      )}
      {tab === "storage" && <StorageTab />}
      {tab === "backups" && <Backups />}
      {tab === "settings" && <Settings search={search} set={set} />}
    </Page>
  );
}
