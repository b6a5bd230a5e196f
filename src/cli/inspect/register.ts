import { Option } from "commander";
import { EVENT_KINDS } from "../../store/ports.ts";
import type { Registrar } from "../registrar.ts";

/** `inspect`. */
export function register({ program, add, local }: Registrar): void {
  local(
    add(
      program,
      "inspect",
      "show events as they come: publishes accepted and refused, logins refused, connections opened and closed",
      "fieldcast inspect --device my-product/000001 --since 10m",
      async () => (await import("./command.ts")).inspect,
    )
      .option("--device <PRODUCT/DEVICE>", "only what concerns this device (by id or serial)")
      .option("--account <NAME>", "only what this account did: e-mail address, or API user as name@workspace")
      .addOption(new Option("--kind <KIND>", "only such events").choices(EVENT_KINDS))
      .option("--since <TIME>", "begin with what was kept since then: 90s, 10m, 12h, 7d, or a time (default: 10m)")
      .option("--json", "one JSON object a line"),
  );
}
