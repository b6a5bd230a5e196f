import { Button, Select } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Network } from "../../../../sdk/operations.js";
import { productsQuery } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { useAct } from "../../parts/act.ts";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { Danger } from "../../parts/danger.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { PassList } from "../../parts/pass-list.tsx";
import { KeptForm } from "../../parts/kept-form.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";
import { NetworkFields } from "./network-fields.tsx";
import { NETWORK_TYPES, networkBodyOf, networkFormOf } from "./network-form.ts";
import { NetworkTest } from "./network-test.tsx";
import { networkQuery, productPassesQuery } from "./queries.ts";
import { RecentDownlinks } from "./recent-downlinks.tsx";

const route = getRouteApi("/frame/w/$workspace/integrations/networks/$network");
/** Products whose passes are shown. */
const MOST_PRODUCTS = 8;
const reload = () =>
  Promise.all(["networks", "products"].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));

/** One network for downlinks: its settings, the products that name it, and what came in of late for these. */
export function NetworkPage() {
  const t = useText();
  const words = t.integrations;
  const { workspace, network: name } = route.useParams();
  const navigate = useNavigate();
  const may = useMay(workspace, "integrations");
  const { data, error, refetch } = useQuery(networkQuery(workspace, name));
  if (data === undefined)
    return (
      <Page title={name}>
        {error === null ? <Skeleton rows={6} /> : <RefusalNote error={error} again={() => void refetch()} />}
      </Page>
    );
  const { network } = data;
  return (
    <Page
      title={network.name}
      about={<span className="quiet">{NETWORK_TYPES[network.type]}</span>}
      actions={<AsApi examples={[curlText(`/workspaces/${workspace}/networks/${network.name}`)]} />}
    >
      <div className={css.columns}>
        <KeptForm state={data}>{(state) => <Settings {...state} may={may} />}</KeptForm>
        <div className={css.stack}>
          <Users network={network} />
          <Danger
            words={{ danger: words.deleteNetwork, dangerHow: words.deleteNetworkHow, delete: words.deleteNetwork }}
            name={network.name}
            may={may}
            right="integrations"
            queryKey={["networks", "takes", network.name]}
            count={async () => network.products}
            takes={words.usedBy}
            run={async () => {
              await api.deleteNetwork({ workspace, network: network.name });
              await navigate({ to: "/w/$workspace/integrations", params: { workspace } });
              await reload();
            }}
          />
        </div>
      </div>
      <NetworkTest network={network} />
      <Bodies products={network.products} />
      <RecentDownlinks workspace={workspace} only={network.products} />
    </Page>
  );
}

interface Props {
  readonly network: Network;
  readonly etag: string;
  readonly may: boolean;
}

function Settings({ network, etag, may }: Props) {
  const t = useText();
  const { workspace, name } = network;
  const [form, setForm] = useState(() => networkFormOf(network));
  const save = useAct(async () => {
    await api.updateNetwork({ workspace, network: name, if_match: etag, body: networkBodyOf(form, false) });
    await reload();
  });
  return (
    <Section title={t.integrations.settings}>
      <form onSubmit={save.submit} className={css.form}>
        <NetworkFields
          form={form}
          set={(next) => setForm((before) => ({ ...before, ...next }))}
          problem={save.problem}
          known={{ hasKey: network.has_key }}
        />
        <RefusalNote error={save.error} />
        <div>
          <Button
            type="submit"
            loading={save.busy}
            disabled={!may}
            title={may ? undefined : t.common.needs("integrations")}
          >
            {t.common.save}
          </Button>
        </div>
      </form>
    </Section>
  );
}

/** The products that name it, and another that shall. */
function Users({ network }: { readonly network: Network }) {
  const t = useText();
  const words = t.integrations;
  const { workspace, name } = network;
  const may = useMay(workspace, "devices");
  const products = useQuery(productsQuery(workspace));
  const [wanted, setWanted] = useState<string | null>(null);
  const others = (products.data ?? []).filter(({ slug }) => !network.products.includes(slug));
  const use = useAct(async () => {
    if (wanted !== null) await api.updateProduct({ product: wanted, if_match: "*", body: { network: name } });
    setWanted(null);
    await reload();
  });
  return (
    <Section title={words.users}>
      <div className={css.form}>
        {network.products.length === 0 && <p className="quiet">{words.usedBy([])}</p>}
        <ul className={css.products}>
          {network.products.map((slug) => (
            <li key={slug}>
              <Link
                to="/w/$workspace/products/$product"
                params={{ workspace, product: slug }}
                search={{ tab: "options" }}
              >
                {slug}
              </Link>
            </li>
          ))}
        </ul>
        <form onSubmit={use.submit} className={css.inline}>
          <Select
            label={words.useIn}
            searchable
            value={wanted}
            data={others.map(({ slug, name: text }) => ({ value: slug, label: text }))}
            onChange={setWanted}
            disabled={!may}
          />
          <Button
            type="submit"
            variant="default"
            loading={use.busy}
            disabled={!may || wanted === null}
            title={may ? undefined : t.common.needs("devices")}
          >
            {words.use}
          </Button>
        </form>
        <RefusalNote error={use.error} />
      </div>
    </Section>
  );
}

/** What came in for the products that use it, newest first, and what became of it. */
function Bodies({ products }: { readonly products: readonly string[] }) {
  const words = useText().integrations;
  const asked = useQueries({ queries: products.slice(0, MOST_PRODUCTS).map(productPassesQuery) });
  const passes = asked
    .flatMap(({ data }) => data ?? [])
    .filter(({ network }) => network !== null)
    .sort((a, b) => (a.time < b.time ? 1 : -1))
    .slice(0, 50);
  return (
    <Section title={words.bodies} flush>
      <RefusalNote error={asked.find(({ error }) => error !== null)?.error} />
      {passes.length === 0 ? <EmptyState>{words.noBodies}</EmptyState> : <PassList passes={passes} />}
    </Section>
  );
}
