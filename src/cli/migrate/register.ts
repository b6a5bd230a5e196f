import type { Registrar } from "../registrar.ts";
import { ENDPOINT } from "./hosted.ts";

/** `migrate-from-hosted`: from the hosted platform to here. */
export function register({ program, add, json }: Registrar): void {
  json(
    add(
      program,
      "migrate-from-hosted",
      "move a workspace of the hosted platform here: products, devices and what they measured",
      "fieldcast migrate-from-hosted --to home --dry-run",
      async () => (await import("./command.ts")).migrate,
    )
      .option("--endpoint <URL>", `its GraphQL address (default: ${ENDPOINT})`)
      .option("--token <TOKEN>", "an access token there (better in HOSTED_TOKEN: others can see command lines)")
      .option("--workspace <ID>", "which workspace there: id, slug or name (default: the only one)")
      .option("--to <SLUG>", "the workspace here (default: the slug there)")
      .option("--owner <EMAIL>", "who owns it here (default: the first administrator)")
      .option("--since <DATE>", "measurements from then on (default: a year ago)")
      .option("--counters <HOW>", "what histories of COUNTER fields hold there: increases (default), totals, or skip")
      .option("--no-history", "products and devices alone")
      .option("--state <FILE>", "where it is noted how far it came (default: in the data folder)")
      .option("--dry-run", "only say what would be made"),
  );
}
