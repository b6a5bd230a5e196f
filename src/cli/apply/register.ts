import type { Registrar } from "../registrar.ts";

/** `apply`: the fleet file. */
export function register({ program, add, json }: Registrar): void {
  json(
    add(
      program,
      "apply <file>",
      "bring workspaces, products, devices, users and API users to what a fleet file says (- is standard input)",
      "fieldcast apply fleet.yaml --dry-run",
      async () => (await import("./command.ts")).apply,
    ).option("--dry-run", "only say what would change"),
  );
}
