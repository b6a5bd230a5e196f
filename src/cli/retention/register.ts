import { several, type Registrar } from "../registrar.ts";

/** `retention`: how long measurements are kept. */
export function register({ add, json, group }: Registrar): void {
  const retention = group("retention", "how long measurements are kept", "fieldcast retention show my-product");
  const retentions = () => import("./command.ts");
  json(
    add(
      retention,
      "show [product]",
      "show how long the measurements of each field are kept, and their rollups",
      "fieldcast retention show my-product",
      async () => (await retentions()).show,
    ),
  );
  json(
    add(
      retention,
      "set <product> [field]",
      "say how long measurements of a product, or of one field of it, are kept",
      "fieldcast retention set my-product --keep 90d --rollup 1h=5y --yes",
      async () => (await retentions()).set,
    )
      .option("--keep <TIME>", "days, weeks or years (90d, 12w, 5y), or forever")
      .option("--rollup <STEP=TIME>", "figures kept longer, of each 1m, 1h or 1d (may be repeated)", several)
      .option("--no-rollups", "no figures are kept")
      .option("--inherit", "take back what was said: a field is kept as its product, a product for ever")
      .option("--yes", "do not ask"),
  );
}
