import { getRouteApi } from "@tanstack/react-router";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { Page } from "../../parts/page.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { useText } from "../../text/index.ts";
import { Ask } from "./ask.tsx";
import { Connections } from "./connections.tsx";
import { EventStream } from "./event-stream.tsx";
import { TABS } from "./search.ts";

const route = getRouteApi("/frame/w/$workspace/live");
const PATHS = {
  refusals: "/inspect/live?kind=refused",
  events: "/inspect/live",
  connections: "/sessions",
  ask: "/access?action=publish&topic=…",
};

/** What happens now: what is refused and why, who is connected, and what the broker would answer. */
export function LivePage() {
  const t = useText();
  const { workspace } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { tab = "refusals" } = search;
  const set = (more: Record<string, unknown>) =>
    void navigate({ search: (before: typeof search) => ({ ...before, ...more }), replace: true });
  return (
    <Page title={t.frame.live} actions={<AsApi examples={[curlText(PATHS[tab])]} />}>
      <Tabs
        label={t.live.tabs}
        tabs={TABS.map((id) => ({ id, text: t.live.tab[id] }))}
        chosen={tab}
        search={(id) => (id === "refusals" ? {} : { tab: id })}
      />
      {(tab === "refusals" || tab === "events") && (
        <EventStream key={tab} workspace={workspace} search={search} set={set} refusals={tab === "refusals"} />
      )}
      {tab === "connections" && <Connections search={search} set={set} />}
      {tab === "ask" && <Ask workspace={workspace} search={search} set={set} />}
    </Page>
  );
}
