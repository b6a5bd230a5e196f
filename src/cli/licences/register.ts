import type { Registrar } from "../registrar.ts";

/** `licences`. */
export function register({ program, add }: Registrar): void {
  add(
    program,
    "licences",
    "print the licences of fieldcast and of all that is in it",
    "fieldcast licences",
    async () => (await import("./command.ts")).licences,
  );
}
