import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Page, Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import { devicesQuery } from "./queries.ts";

const route = getRouteApi("/frame/w/$workspace/devices");

export function DevicesPage() {
  const t = useText();
  const { workspace } = route.useParams();
  const search = route.useSearch();
  const { data, error, refetch } = useQuery(devicesQuery(workspace, search));
  return (
    <Page title={t.frame.devices} wide fill>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined ? <Skeleton rows={12} /> : <p>{data.length}</p>}
    </Page>
  );
}
