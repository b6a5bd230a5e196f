import type { Registrar } from "../registrar.ts";

/** `health`. */
export function register({ program, add, json }: Registrar): void {
  json(
    add(
      program,
      "health",
      "say whether the server is ready: exit code 0, otherwise 1",
      "fieldcast health",
      async () => (await import("./command.ts")).health,
    ),
  );
}
