import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { productsQuery } from "../../api/fleet.ts";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import { Activity } from "./activity-list.tsx";
import { Attention } from "./attention-list.tsx";
import css from "./home.module.css";
import { countsQuery } from "./queries.ts";

const route = getRouteApi("/frame/w/$workspace/home");
/** With fewer devices than this, connecting one is what one comes for. */
const FEW = 3;

/** What needs somebody, then what happened. */
export function HomePage() {
  const t = useText();
  const { workspace } = route.useParams();
  const counts = useQuery(countsQuery(workspace));
  const products = useQuery(productsQuery(workspace));
  const few = counts.data !== undefined && counts.data.devices < FEW;
  const connect = (
    <Button component={Link} to={`/w/${workspace}/connect`} variant={few ? "filled" : "default"}>
      {t.frame.connect}
    </Button>
  );
  return (
    <Page
      title={t.frame.home}
      about={
        counts.data && (
          <span className="quiet">
            {t.home.fleet(counts.data.devices, counts.data.online, products.data?.length ?? 0)}
          </span>
        )
      }
      actions={
        <>
          {counts.data?.devices !== 0 && connect}
          <AsApi examples={[curlText("/inspect?kind=refused"), curlText(`/audit?workspace=${workspace}`)]} />
        </>
      }
    >
      <RefusalNote error={counts.error} again={() => void counts.refetch()} />
      <div className={css.columns}>
        <Section title={t.home.attention} flush>
          {counts.data === undefined ? (
            <Skeleton rows={4} />
          ) : counts.data.devices === 0 ? (
            <EmptyState action={connect}>{t.home.noDevices}</EmptyState>
          ) : (
            <Attention workspace={workspace} counts={counts.data} />
          )}
        </Section>
        <Activity workspace={workspace} />
      </div>
    </Page>
  );
}
