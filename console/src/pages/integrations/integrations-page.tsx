import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMay } from "../../api/session.ts";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { NoRight } from "../../parts/no-right.tsx";
import { BrokerList } from "../../parts/broker-list.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Page } from "../../parts/page.tsx";
import { PassList } from "../../parts/pass-list.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import { HomeAssistants } from "./home-assistants.tsx";
import { Incoming } from "./incoming.tsx";
import { Networks } from "./networks.tsx";
import { RecentDownlinks } from "./recent-downlinks.tsx";
import { strayQuery } from "./queries.ts";
import { Sparkplug } from "./sparkplug.tsx";
import { Webhooks } from "./webhooks.tsx";

const route = getRouteApi("/frame/w/$workspace/integrations");

/** What goes out and what comes in otherwise than over MQTT: webhooks, networks, and what nobody took. */
export function IntegrationsPage() {
  const t = useText();
  const { workspace } = route.useParams();
  if (!useMay(workspace, "integrations"))
    return <NoRight title={t.frame.integrations} workspace={workspace} right="integrations" />;
  return <Parts workspace={workspace} />;
}

function Parts({ workspace }: { readonly workspace: string }) {
  const t = useText();
  const stray = useQuery(strayQuery(workspace));
  return (
    <Page
      title={t.frame.integrations}
      actions={
        <AsApi
          examples={[curlText(`/workspaces/${workspace}/webhooks`), curlText(`/workspaces/${workspace}/networks`)]}
        />
      }
    >
      <Webhooks workspace={workspace} />
      <Networks workspace={workspace} />
      <RecentDownlinks workspace={workspace} />
      <Sparkplug workspace={workspace} />
      <Section
        title={t.brokers.title}
        flush
        actions={
          <Link to="/w/$workspace/brokers" params={{ workspace }}>
            {t.brokers.toBrokers}
          </Link>
        }
      >
        <BrokerList workspace={workspace} />
      </Section>
      <HomeAssistants workspace={workspace} />
      <Incoming workspace={workspace} />
      <Section title={t.integrations.stray} flush>
        <RefusalNote error={stray.error} again={() => void stray.refetch()} />
        {stray.data?.length === 0 ? (
          <EmptyState>{t.integrations.noStray}</EmptyState>
        ) : (
          <PassList passes={stray.data ?? []} />
        )}
      </Section>
    </Page>
  );
}
