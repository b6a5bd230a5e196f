import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { connectionQuery, deviceQuery, fieldsQuery, productQuery, timeoutOf } from "../../api/fleet.ts";
import { ApiProblem } from "../../api/problem.ts";
import { AsApi } from "../../parts/as-api.tsx";
import { DeviceState, Heard } from "../../parts/device-state.tsx";
import { KeptForm } from "../../parts/kept-form.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { useText } from "../../text/index.ts";
import { apiExamples } from "./api-examples.ts";
import css from "./device.module.css";
import { Overview } from "./overview.tsx";
import { TABS } from "./search.ts";
import { topicsOf } from "./topics.ts";

const Dashboard = lazy(() => import("./dashboard.tsx"));
const History = lazy(() => import("./history.tsx"));
const Debug = lazy(() => import("./debug.tsx"));
const Downlinks = lazy(() => import("./downlinks.tsx"));
const Permissions = lazy(() => import("./permissions.tsx"));
const Configuration = lazy(() => import("./configuration.tsx"));
const route = getRouteApi("/frame/w/$workspace/devices/$product/$device");

/** One device: what it says, what it said, who may see it, and what it is. */
export function DevicePage() {
  const t = useText();
  const { workspace, product: slug, device: id } = route.useParams();
  const search = route.useSearch();
  const { tab = "overview" } = search;
  const found = useQuery(deviceQuery(slug, id));
  const product = useQuery(productQuery(slug));
  const fields = useQuery(fieldsQuery(slug));
  const connection = useQuery(connectionQuery);
  const error = found.error ?? product.error ?? fields.error;
  if (error !== null)
    return (
      <Page title={id}>
        <RefusalNote
          error={error}
          {...(!(error instanceof ApiProblem && error.status === 404) && { again: () => void found.refetch() })}
        >
          <Button variant="default" component={Link} to={`/w/${workspace}/devices`}>
            {t.device.toList}
          </Button>
        </RefusalNote>
      </Page>
    );
  if (found.data === undefined || product.data === undefined || fields.data === undefined)
    return (
      <Page title={id}>
        <Skeleton rows={9} />
      </Page>
    );
  const { device, etag } = found.data;
  const timeout = timeoutOf(device, product.data);
  const topics = topicsOf(connection.data?.prefix ?? "dtck", device.product, device.id);
  const about = (
    <span className={css.about}>
      <DeviceState product={device.product} device={device.id} known={device.last_heard} timeout={timeout} />
      <span className="quiet">
        <Heard product={device.product} device={device.id} known={device.last_heard} long />
      </span>
      <Link to="/w/$workspace/devices" params={{ workspace }} search={{ product: device.product }}>
        {product.data.name}
      </Link>
      {device.tags.map((tag) => (
        <Link key={tag} to="/w/$workspace/devices" params={{ workspace }} search={{ tag }} className={css.tag}>
          {tag}
        </Link>
      ))}
    </span>
  );
  const shared = { workspace, device, etag, product: product.data, fields: fields.data, timeout, topics };
  return (
    <Page
      title={device.name}
      about={about}
      actions={
        <>
          <Button
            variant="default"
            component={Link}
            to={`/w/${workspace}/connect?${new URLSearchParams({ product: device.product, device: device.id })}`}
          >
            {t.device.connect}
          </Button>
          <AsApi
            examples={apiExamples(tab, { product: device.product, device: device.id, subscribe: topics.subscribe })}
          />
        </>
      }
    >
      <Tabs
        label={t.device.tabs}
        tabs={TABS.map((one) => ({ id: one, text: t.device.tab[one] }))}
        chosen={tab}
        search={(one) => (one === "overview" ? {} : { tab: one })}
      />
      <Suspense fallback={<Skeleton rows={8} />}>
        {tab === "overview" && <Overview {...shared} />}
        {tab === "dashboard" && <Dashboard {...shared} />}
        {tab === "history" && <History {...shared} search={search} />}
        {tab === "debug" && <Debug {...shared} />}
        {tab === "downlinks" && <Downlinks {...shared} />}
        {tab === "permissions" && <Permissions {...shared} />}
        {tab === "configuration" && (
          <KeptForm state={{ device, etag }}>{(state) => <Configuration {...shared} {...state} />}</KeptForm>
        )}
      </Suspense>
    </Page>
  );
}
