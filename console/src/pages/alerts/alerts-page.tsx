import list from "../../parts/list.module.css";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { AlertList } from "../../parts/alerts/alert-list.tsx";
import { alertsQuery, notificationsQuery } from "../../parts/alerts/queries.ts";
import { Ago } from "../../parts/ago.tsx";
import css from "../../parts/alerts/alerts.module.css";
import { AlertDevice, SeverityMark } from "../../parts/alerts/alert-row.tsx";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { useText } from "../../text/index.ts";
import { ALERT_VIEWS } from "./search.ts";

const route = getRouteApi("/frame/w/$workspace/alerts");

/** What rules found wrong: the worst first, what is over, and what rules told people. */
export function AlertsPage() {
  const t = useText();
  const words = t.alerts;
  const { workspace } = route.useParams();
  const { view = "active" } = route.useSearch();
  return (
    <Page
      title={t.frame.alerts}
      actions={<AsApi examples={[curlText(`/workspaces/${workspace}/alerts?order=severity`)]} />}
    >
      <Tabs
        label={words.views}
        tabs={ALERT_VIEWS.map((id) => ({ id, text: words.view[id] }))}
        chosen={view}
        search={(id) => (id === "active" ? {} : { view: id })}
      />
      <Section title={words.view[view]} flush>
        {view === "notifications" ? (
          <Notifications workspace={workspace} />
        ) : (
          <Alerts key={view} workspace={workspace} state={view} />
        )}
      </Section>
    </Page>
  );
}

function Alerts({ workspace, state }: { readonly workspace: string; readonly state: "active" | "closed" }) {
  const words = useText().alerts;
  const query = useQuery(alertsQuery(workspace, state));
  return <AlertList workspace={workspace} query={query} empty={words.none[state]} />;
}

function Notifications({ workspace }: { readonly workspace: string }) {
  const words = useText().alerts;
  const { data, error, refetch } = useQuery(notificationsQuery(workspace));
  return (
    <>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined && error === null && <Skeleton rows={4} />}
      {data?.length === 0 && <EmptyState>{words.none.notifications}</EmptyState>}
      <ul className={list.list}>
        {data?.map((one) => (
          <li key={one.notification}>
            <div className={css.head}>
              {one.severity !== null && <SeverityMark severity={one.severity} />}
              <span className={css.text}>{one.text}</span>
              <span className="quiet small">
                <Ago time={one.time} />
              </span>
            </div>
            <AlertDevice workspace={workspace} device={one.device} />
          </li>
        ))}
      </ul>
    </>
  );
}
