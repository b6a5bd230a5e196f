import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useMay } from "../../api/session.ts";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { useText } from "../../text/index.ts";
import { ApiUsers } from "./api-users.tsx";
import { Members } from "./members.tsx";
import { TABS } from "./search.ts";

const Audit = lazy(() => import("./audit.tsx"));
const route = getRouteApi("/frame/w/$workspace/access");

/** Who may do what in a workspace, and who did what. */
export function AccessPage() {
  const t = useText();
  const { workspace } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay(workspace, "members");
  const { tab = "members" } = search;
  const set = (more: typeof search) =>
    void navigate({ search: (before: typeof search) => ({ ...before, ...more }), replace: true });
  const shared = { workspace, may, search, set };
  const path = tab === "audit" ? `/audit?workspace=${workspace}` : `/workspaces/${workspace}/${tab}`;
  return (
    <Page title={t.frame.access} actions={<AsApi examples={[curlText(path)]} />}>
      <Tabs
        label={t.access.tabs}
        tabs={TABS.map((id) => ({ id, text: t.access.tab[id] }))}
        chosen={tab}
        search={(id) => (id === "members" ? {} : { tab: id })}
      />
      {tab === "members" && <Members {...shared} />}
      {tab === "api-users" && <ApiUsers {...shared} />}
      {tab === "audit" && (
        <Suspense fallback={<Skeleton rows={8} />}>
          <Audit {...shared} />
        </Suspense>
      )}
    </Page>
  );
}
