import type { Registrar } from "../registrar.ts";

/** `doctor`. */
export function register({ program, add, json }: Registrar): void {
  json(
    add(
      program,
      "doctor",
      "look for what is wrong, and say how to mend it",
      "fieldcast doctor --data ./data",
      async () => (await import("./command.ts")).doctor,
    ),
  );
}
