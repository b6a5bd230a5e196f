import { Button, Modal, TextInput } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { fieldsQuery, type Product, productsQuery } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { useAct } from "../../parts/act.ts";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { formatNumber } from "../../parts/format-value.ts";
import { Page, Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import type { Column } from "../../parts/table-types.ts";
import { useText } from "../../text/index.ts";
import css from "./products.module.css";

const route = getRouteApi("/frame/w/$workspace/products");
/** Devices are counted up to so many: a page of the API. */
const COUNTED = 1000;
/** So many products have their devices and fields counted. */
const MOST = 50;

interface Row {
  readonly product: Product;
  readonly devices: number | undefined;
  readonly fields: readonly string[] | undefined;
}

/** The kinds of devices of a workspace. */
export function ProductsPage() {
  const t = useText();
  const { workspace } = route.useParams();
  const { sort = "name" } = route.useSearch();
  const navigate = useNavigate({ from: "/w/$workspace/products" });
  const products = useQuery(productsQuery(workspace));
  const [making, setMaking] = useState(false);
  const may = useMay(workspace, "devices");
  const rows = useRows(products.data);
  const columns = useColumns(workspace);
  const open = (slug: string) =>
    void navigate({ to: "/w/$workspace/products/$product", params: { workspace, product: slug } });
  const create = (
    <Button onClick={() => setMaking(true)} disabled={!may} title={may ? undefined : t.common.needs("devices")}>
      {t.products.create}
    </Button>
  );
  return (
    <Page
      title={t.frame.products}
      about={products.data && <span className="quiet">{t.products.count(products.data.length)}</span>}
      actions={
        <>
          {create}
          <AsApi examples={[curlText(`/products?workspace=${workspace}`)]} />
        </>
      }
    >
      <RefusalNote error={products.error} again={() => void products.refetch()} />
      {products.data === undefined ? (
        products.error === null && <Skeleton rows={6} />
      ) : (
        <DataTable
          label={t.frame.products}
          rows={rows}
          columns={columns}
          rowKey={({ product }) => product.slug}
          sort={sort}
          onSort={(next) => void navigate({ search: next === "name" ? {} : { sort: next }, replace: true })}
          onOpen={({ product }) => open(product.slug)}
          height={720}
          empty={<EmptyState action={create}>{t.products.empty}</EmptyState>}
        />
      )}
      {making && <CreateProduct workspace={workspace} onClose={() => setMaking(false)} made={open} />}
    </Page>
  );
}

function useRows(products: readonly Product[] = []): readonly Row[] {
  const some = products.slice(0, MOST);
  const counts = useQueries({
    queries: some.map(({ slug }) => ({
      queryKey: ["devices", "count", slug],
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        (await api.listDevices({ product: slug, limit: COUNTED, signal })).data.items.length,
    })),
    combine: (all) => all.map(({ data }) => data),
  });
  const fields = useQueries({
    queries: some.map(({ slug }) => fieldsQuery(slug)),
    combine: (all) => all.map(({ data }) => data?.map(({ name }) => name)),
  });
  return products.map((product, n) => ({ product, devices: counts[n], fields: fields[n] }));
}

function useColumns(workspace: string): readonly Column<Row>[] {
  const t = useText();
  return useMemo(
    () => [
      {
        id: "name",
        head: t.products.name,
        width: 180,
        grow: true,
        fixed: true,
        cell: ({ product: { slug, name } }) => (
          <Link
            to="/w/$workspace/products/$product"
            params={{ workspace, product: slug }}
            className={css.name}
            onClick={(event) => event.stopPropagation()}
          >
            {name}
          </Link>
        ),
        sortBy: ({ product }) => product.name,
      },
      {
        id: "slug",
        head: t.products.slug,
        width: 160,
        cell: ({ product }) => <code>{product.slug}</code>,
        sortBy: ({ product }) => product.slug,
      },
      {
        id: "devices",
        head: t.products.devices,
        width: 100,
        right: true,
        cell: ({ devices }) =>
          devices === undefined
            ? "–"
            : devices < COUNTED
              ? formatNumber(devices, 0, t.time.locale)
              : `≥ ${formatNumber(COUNTED, 0, t.time.locale)}`,
        sortBy: ({ devices }) => devices,
      },
      {
        id: "fields",
        head: t.products.fields,
        width: 220,
        grow: true,
        cell: ({ fields }) => <span className={css.fields}>{fields?.join(", ") ?? "–"}</span>,
        sortBy: ({ fields }) => fields?.length,
      },
      {
        id: "decoder",
        head: t.products.decoder,
        width: 110,
        cell: ({ product: { decoder } }) =>
          decoder === null ? <span className="quiet">{t.products.noDecoder}</span> : t.products.version(decoder),
        sortBy: ({ product }) => product.decoder ?? undefined,
      },
    ],
    [t, workspace],
  );
}

interface CreateProps {
  readonly workspace: string;
  readonly onClose: () => void;
  readonly made: (slug: string) => void;
}

function CreateProduct({ workspace, onClose, made }: CreateProps) {
  const t = useText();
  const [name, setName] = useState("");
  const [slug, setSlug] = useState("");
  const create = useAct(async () => {
    const { data } = await api.createProduct({ workspace, body: { name, ...(slug !== "" && { slug }) } });
    await queryClient.invalidateQueries({ queryKey: ["products"] });
    made(data.slug);
  });
  return (
    <Modal opened onClose={onClose} title={t.products.create} closeButtonProps={{ "aria-label": t.common.close }}>
      <form onSubmit={create.submit} className={css.form}>
        <TextInput
          label={t.products.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={create.problem?.about("name")}
          required
          data-autofocus
        />
        <TextInput
          label={t.products.slug}
          description={t.products.slugHelp}
          placeholder={slugOf(name)}
          value={slug}
          onChange={(event) => setSlug(event.currentTarget.value)}
          error={create.problem?.about("slug")}
        />
        <p className="quiet small">
          {t.products.topics} <code>{`dtck-pub/${slug || slugOf(name) || "…"}/…`}</code>
        </p>
        <RefusalNote error={create.error} />
        <Button type="submit" loading={create.busy}>
          {t.products.create}
        </Button>
      </form>
    </Modal>
  );
}

/** What the server makes of a name. */
function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 64);
}
