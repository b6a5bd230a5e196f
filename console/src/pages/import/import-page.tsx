import { getRouteApi } from "@tanstack/react-router";
import { AsApi, curlText } from "../../parts/as-api.tsx";
import { Page } from "../../parts/page.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { useText } from "../../text/index.ts";
import type { What } from "./columns.ts";
import { ImportTable } from "./import-table.tsx";

const route = getRouteApi("/frame/w/$workspace/import");
const WHATS: readonly What[] = ["devices", "measurements"];

/** Devices or measurements from a table: which columns are what, what would be wrong, and then for good. */
export function ImportPage() {
  const t = useText().imports;
  const { workspace } = route.useParams();
  const { what = "devices", product = "" } = route.useSearch();
  const path = what === "devices" ? `/products/${product || "PRODUCT"}/devices/import` : "/import";
  return (
    <Page title={t.title} actions={<AsApi examples={[curlText(`${path}?dry_run=true" --data-binary "@table.csv`)]} />}>
      <Tabs
        label={t.tabs}
        tabs={WHATS.map((id) => ({ id, text: t.tab[id] }))}
        chosen={what}
        search={(id) => ({ ...(id === "measurements" && { what: id }), ...(product !== "" && { product }) })}
      />
      <ImportTable key={what} workspace={workspace} what={what} product={product} />
    </Page>
  );
}
