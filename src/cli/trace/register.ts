import type { Registrar } from "../registrar.ts";

/** `trace`. */
export function register({ program, add, local }: Registrar): void {
  local(
    add(
      program,
      "trace",
      "show the packets of a client as they come and leave, for a while",
      "fieldcast trace --client simulated-000001 --for 5m",
      async () => (await import("./command.ts")).trace,
    )
      .option("--client <ID>", "the client with this identifier")
      .option("--account <NAME>", "clients of this account: e-mail address, or API user as name@workspace")
      .option("--remote <ADDRESS>", "clients from this IP address")
      .option("--for <TIME>", "how long: 90s, 5m, at most 1h (default: 60s)")
      .option("--payload", "also the first bytes of payloads")
      .option("--json", "one JSON object a line"),
  );
}
