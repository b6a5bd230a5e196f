import type { Registrar } from "../registrar.ts";

/** `audit`: who changed what. */
export function register({ program, add, json }: Registrar): void {
  json(
    add(
      program,
      "audit",
      "show who changed what, and who signed in, newest first",
      "fieldcast audit --action device.delete --since 7d",
      async () => (await import("./command.ts")).audit,
    )
      .option("--workspace <SLUG>", "only what concerns this workspace")
      .option("--account <NAME>", "only what this account did: e-mail address, or API user as name@workspace")
      .option("--action <ACTION>", "only such: device.delete, or device for everything done to devices")
      .option("--since <TIME>", "not older: 90s, 10m, 12h, 7d, or a time")
      .option("--limit <N>", "at most so many (default: 50)"),
  );
}
