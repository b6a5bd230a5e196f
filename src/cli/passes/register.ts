import type { Registrar } from "../registrar.ts";

/** `passes`: what came in by integrations. */
export function register({ program, add, json }: Registrar): void {
  json(
    add(
      program,
      "passes [product] [device]",
      "show what came in for a product or a device by integrations, and what became of it, newest last",
      "fieldcast passes my-product --limit 5\nfieldcast passes my-product 000001 --full\nfieldcast passes --workspace home",
      async () => (await import("./command.ts")).passes,
    )
      .option("--workspace <SLUG>", "what came from accounts of this workspace and is of no product")
      .option("--full", "each with its body, the decoder's output and log, and every row")
      .option("--limit <N>", "at most so many, up to 100 (default: 20)"),
  );
}
