import { several, type Registrar } from "../registrar.ts";

const DELETE_EXAMPLE = "fieldcast data delete --product my-product --dry-run \\\n    --from 2026-01-01 --to 2026-02-01";

/** `data`: measurements themselves. */
export function register({ add, json, group }: Registrar): void {
  const data = group("data", "measurements", DELETE_EXAMPLE);
  json(
    add(
      data,
      "delete",
      "delete the measurements of a range of time; current values stay",
      DELETE_EXAMPLE,
      async () => (await import("./command.ts")).remove,
    )
      .requiredOption("--product <SLUG>", "of this product")
      .option("--device <ID>", "only of this device, by id or serial (may be repeated; default: all)", several)
      .option("--field <FIELD>", "only of this field (may be repeated; default: all)", several)
      .requiredOption("--from <TIME>", "ISO 8601 (UTC without an offset), belongs to the range")
      .requiredOption("--to <TIME>", "ISO 8601, likewise, does not belong to the range")
      .option("--zone <NAME>", "time zone of times without an offset: Europe/Berlin (default: UTC)")
      .option("--dry-run", "only count what would go")
      .option("--yes", "do not ask"),
  );
}
