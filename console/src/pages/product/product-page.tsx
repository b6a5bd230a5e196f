import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { AsApi } from "../../parts/as-api.tsx";
import { Copyable } from "../../parts/copy-button.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { usePageName } from "../../parts/page-name.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { useText } from "../../text/index.ts";
import { FieldsTab } from "./fields-tab.tsx";
import { apiExamples } from "./api-examples.ts";
import css from "./product.module.css";
import { COUNTED, countQuery, stateQuery, suggestionsQuery } from "./queries.ts";
import { TABS } from "./search.ts";

const DecoderTab = lazy(() => import("./decoder-tab.tsx"));
const IntegrationTab = lazy(() => import("./integration-tab.tsx"));
const DownlinksTab = lazy(() => import("./downlinks-tab.tsx"));
const SuggestionsTab = lazy(() => import("./suggestions-tab.tsx"));
const ConfigurationTab = lazy(() => import("./configuration-tab.tsx"));
const OptionsTab = lazy(() => import("./options-tab.tsx"));
const route = getRouteApi("/frame/w/$workspace/products/$product");

/** One kind of device: what it measures, how what it sends is read, how long that is kept. */
export function ProductPage() {
  const t = useText();
  const { workspace, product: slug } = route.useParams();
  const { tab = "fields", ignored = false } = route.useSearch();
  const { data, error, refetch } = useQuery(stateQuery(slug));
  const devices = useQuery(countQuery(slug));
  const suggestions = useQuery(suggestionsQuery(slug, "open"));
  usePageName(data?.product.name ?? null);
  if (data === undefined)
    return (
      <Page title={slug}>
        <RefusalNote error={error} again={() => void refetch()} />
        {error === null && <Skeleton rows={8} />}
      </Page>
    );
  const { product } = data;
  const count = devices.data;
  return (
    <Page
      title={product.name}
      about={
        <span className={css.about}>
          <Copyable text={product.slug} what={t.products.slug} />
          {count !== undefined && (
            <Link to="/w/$workspace/devices" params={{ workspace }} search={{ product: slug }}>
              {t.product.shared(count, count >= COUNTED)}
            </Link>
          )}
        </span>
      }
      actions={
        <>
          <Button component={Link} to={`/w/${workspace}/connect?product=${encodeURIComponent(slug)}`} variant="default">
            {t.frame.connect}
          </Button>
          <AsApi examples={apiExamples(tab, slug)} />
        </>
      }
    >
      <Tabs
        label={t.product.tabs}
        tabs={TABS.map((id) => ({
          id,
          text: t.product.tab[id],
          badge: id === "suggestions" ? suggestions.data?.length : undefined,
        }))}
        chosen={tab}
        search={(id) => (id === "fields" ? {} : { tab: id })}
      />
      <Suspense fallback={<Skeleton rows={8} />}>
        {tab === "fields" && <FieldsTab workspace={workspace} product={slug} />}
        {tab === "decoder" && <DecoderTab workspace={workspace} product={slug} />}
        {tab === "integration" && <IntegrationTab workspace={workspace} product={slug} />}
        {tab === "downlinks" && <DownlinksTab workspace={workspace} product={slug} />}
        {tab === "suggestions" && <SuggestionsTab workspace={workspace} product={slug} ignored={ignored} />}
        {tab === "configuration" && <ConfigurationTab workspace={workspace} product={slug} />}
        {tab === "options" && <OptionsTab workspace={workspace} state={data} devices={count ?? 0} />}
      </Suspense>
    </Page>
  );
}

/** What every tab gets. */
export interface TabProps {
  readonly workspace: string;
  /** Its slug. */
  readonly product: string;
}
