import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { useText } from "../../text/index.ts";
import { Ask } from "./ask.tsx";
import { Connections } from "./connections.tsx";
import { EventStream } from "./event-stream.tsx";
import { type LiveSearch, TABS } from "./search.ts";

// a client of MQTT is nothing that other parts need
const DeskTab = lazy(() => import("./desk/desk-tab.tsx"));
const TreeTab = lazy(() => import("./tree/tree-tab.tsx"));
const route = getRouteApi("/frame/w/$workspace/live");
const PATHS = {
  refusals: "/inspect/live?kind=refused",
  events: "/inspect/live",
  topics: "/live",
  mqtt: "/connection",
  connections: "/sessions",
};
/** What is asked there now; until then an example that is answered. */
function askPath({ action = "publish", topic = "dtck-pub/my-product/000001/TEMPERATURE" }: LiveSearch): string {
  return `/access?${new URLSearchParams({ action, topic })}`;
}

/** What happens now: what is refused and why, who is connected, and what the broker would answer. */
export function LivePage() {
  const t = useText();
  const { workspace } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { tab = "refusals" } = search;
  // what it heard stays while one looks at another part
  const [hasDesk, setHasDesk] = useState(false);
  if (tab === "mqtt" && !hasDesk) setHasDesk(true);
  const set = (more: Record<string, unknown>) =>
    void navigate({ search: (before: typeof search) => ({ ...before, ...more }), replace: true });
  return (
    <Page
      title={t.frame.live}
      actions={
        <AsApi
          examples={[
            curlText(tab === "ask" ? askPath(search) : PATHS[tab]),
            ...(tab === "topics" ? [curlText("/topics/live")] : []),
          ]}
        />
      }
    >
      <Tabs
        label={t.live.tabs}
        tabs={TABS.map((id) => ({ id, text: t.live.tab[id] }))}
        chosen={tab}
        search={(id) => ({
          ...(id !== "refusals" && { tab: id }),
          // the client of this page goes on
          ...(search.watch !== undefined && { watch: search.watch }),
        })}
      />
      {(tab === "refusals" || tab === "events") && (
        <EventStream key={tab} workspace={workspace} search={search} set={set} refusals={tab === "refusals"} />
      )}
      {tab === "topics" && (
        <Suspense fallback={<Skeleton rows={8} />}>
          <TreeTab workspace={workspace} search={search} set={set} />
        </Suspense>
      )}
      {hasDesk && (
        <div hidden={tab !== "mqtt"}>
          <Suspense fallback={<Skeleton rows={8} />}>
            <DeskTab workspace={workspace} search={search} set={set} />
          </Suspense>
        </div>
      )}
      {tab === "connections" && <Connections search={search} set={set} />}
      {tab === "ask" && <Ask workspace={workspace} search={search} set={set} />}
    </Page>
  );
}
