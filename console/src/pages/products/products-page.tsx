import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { productsQuery } from "../../api/fleet.ts";
import { useMay } from "../../api/session.ts";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Page, Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import { CreateProduct } from "./create-product.tsx";
import { useRows, useColumns } from "./product-columns.tsx";

const route = getRouteApi("/frame/w/$workspace/products");

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
