import { SegmentedControl, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { connectionQuery, deviceQuery, fieldsQuery, integrationQuery, productsQuery } from "../../api/fleet.ts";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Page } from "../../parts/page.tsx";
import { mqttReach } from "../../parts/reach.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import { CodePanel } from "./code-panel.tsx";
import css from "./connect.module.css";
import { LadderPanel } from "./ladder-panel.tsx";
import { caQuery, type MadeToken, someDevicesQuery } from "./queries.ts";
import { type ConnectSearch, isLorawan, WAYS, type Way } from "./search.ts";
import { DeviceStep } from "./device-step.tsx";
import { FieldStep } from "./field-step.tsx";
import { ProductStep, TokenStep } from "./steps.tsx";
import type { Target } from "./target.ts";

const route = getRouteApi("/frame/w/$workspace/connect");
const PLACEHOLDER = "YOUR_TOKEN";

/** From a device that nobody knows to its first value: product, device, token, code, and what the server sees of it, live. */
export function ConnectPage() {
  const t = useText().connect;
  const { workspace } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/w/$workspace/connect" });
  const change = useCallback(
    (next: { [K in keyof ConnectSearch]?: ConnectSearch[K] | undefined }) =>
      void navigate({
        search: (before) =>
          Object.fromEntries(Object.entries({ ...before, ...next }).filter(([, value]) => value !== undefined)),
        replace: true,
      }),
    [navigate],
  );
  const [token, setToken] = useState<MadeToken | null>(null);
  const chosen = useChosen(workspace, search);
  const how = search.how ?? "mosquitto";
  const { target, connection, tls } = useTarget(chosen, search, token);
  const { product, device, field } = chosen;
  return (
    <Page
      title={t.title}
      about={<span className="quiet">{t.about}</span>}
      actions={
        <AsApi
          examples={[
            curlText("/connection"),
            curlText(`/inspect?device=${product ?? "my-product"}/${device?.id ?? "000001"}`),
          ]}
        />
      }
    >
      <RefusalNote error={connection.error ?? chosen.error} again={() => void connection.refetch()} />
      <div className={css.columns}>
        <Section title={t.what}>
          <div className={css.steps}>
            <ProductStep
              workspace={workspace}
              products={chosen.products}
              value={product}
              choose={(next) => {
                setToken(null);
                change({ product: next, device: undefined, field: undefined });
              }}
            />
            {product !== undefined && (
              <DeviceStep
                key={product}
                product={product}
                device={device}
                lorawan={isLorawan(how)}
                choose={(id) => {
                  setToken(null);
                  change({ device: id });
                }}
              />
            )}
            {product !== undefined && device !== undefined && (
              <TokenStep workspace={workspace} product={product} device={device.id} token={token} made={setToken} />
            )}
            {product !== undefined && device !== undefined && !isLorawan(how) && (
              <FieldStep
                product={product}
                fields={chosen.fields}
                value={field?.id}
                choose={(id) => change({ field: id })}
              />
            )}
          </div>
        </Section>
        <div className={css.right}>
          <Section
            title={t.how}
            flush
            actions={
              connection.data !== undefined &&
              !["http", "tti", "chirpstack"].includes(how) && (
                <SegmentedControl
                  aria-label={t.encryption}
                  data={[
                    { value: "tls", label: t.encrypted },
                    { value: "plain", label: t.plain },
                  ]}
                  value={tls ? "tls" : "plain"}
                  onChange={(next) => change({ tls: next === "tls" })}
                />
              )
            }
          >
            <Tabs
              classNames={{ tab: css.tab ?? "" }}
              value={how}
              onChange={(next) => change({ how: WAYS.find((one) => one === next) ?? "mosquitto" })}
            >
              <Tabs.List aria-label={t.how} className={css.tabs}>
                {WAYS.map((way) => (
                  <Tabs.Tab key={way} value={way}>
                    {t.ways[way]}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
              <Tabs.Panel value={how} className={css.panel}>
                {target === null ? (
                  <EmptyState>{product === undefined || device === undefined ? t.choose : t.noField}</EmptyState>
                ) : (
                  <CodePanel way={how} target={target} hasToken={token !== null} />
                )}
              </Tabs.Panel>
            </Tabs>
          </Section>
          {product !== undefined && device !== undefined && (
            <LadderPanel
              key={`${product}/${device.id}/${token?.account ?? ""}`}
              workspace={workspace}
              product={product}
              device={device.id}
              token={token}
              way={how}
            />
          )}
        </div>
      </div>
    </Page>
  );
}

/** What the address names, and what there is no choice about. */
function useChosen(workspace: string, search: ConnectSearch) {
  const products = useQuery(productsQuery(workspace));
  const list = products.data ?? [];
  const product = search.product ?? (list.length === 1 ? list[0]?.slug : undefined);
  const some = useQuery({ ...someDevicesQuery(product ?? "", ""), enabled: product !== undefined });
  const only = some.data?.length === 1 ? some.data[0]?.id : undefined;
  const id = search.device ?? only;
  const found = useQuery({
    ...deviceQuery(product ?? "", id ?? ""),
    enabled: product !== undefined && id !== undefined,
  });
  const fields = useQuery({ ...fieldsQuery(product ?? ""), enabled: product !== undefined });
  const own = fields.data ?? [];
  const field =
    own.find((one) => one.id === search.field) ??
    own.find(({ type }) => type === "NUMERIC" || type === "INT") ??
    own[0];
  return {
    products: list,
    product,
    device: found.data?.device,
    fields: own,
    field,
    error: products.error ?? found.error ?? fields.error,
  };
}

/** All that the code needs; null: something is not chosen yet. */
function useTarget(chosen: ReturnType<typeof useChosen>, search: ConnectSearch, token: MadeToken | null) {
  const connection = useQuery(connectionQuery);
  const { product, device, field, fields } = chosen;
  const integration = useQuery({
    ...integrationQuery(product ?? ""),
    enabled: product !== undefined && search.how === "http",
  });
  const data = connection.data;
  const reach = data === undefined ? null : mqttReach(data, location.hostname, search.tls);
  const needsCa = data?.own_ca === true && reach?.tls === true && search.how === "arduino";
  const ca = useQuery({ ...caQuery, enabled: needsCa });
  const way: Way = search.how ?? "mosquitto";
  const stand = { id: "VALUE", type: "NUMERIC", name: "Value", unit: null } as const;
  const what = field ?? (isLorawan(way) ? stand : undefined);
  const target: Target | null =
    data === undefined || product === undefined || device === undefined || what === undefined
      ? null
      : {
          host: reach?.host ?? location.hostname,
          port: reach?.port ?? (search.tls === false ? 1883 : 8883),
          tls: reach?.tls ?? search.tls !== false,
          ownCa: data.own_ca,
          ca: ca.data ?? null,
          origin: location.origin,
          prefix: data.prefix,
          product,
          device: device.id,
          serial: device.serial,
          field: what,
          fields,
          token: token?.secret ?? PLACEHOLDER,
          integrationKey: integration.data?.integration_key ?? null,
        };
  return { target, connection, tls: reach?.tls ?? search.tls !== false };
}
