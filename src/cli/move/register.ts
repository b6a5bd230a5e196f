import type { Registrar } from "../registrar.ts";

/** `migrate`: from the data folder into PostgreSQL, and back. */
export function register({ program, add, json }: Registrar): void {
  json(
    add(
      program,
      "migrate",
      "move the data of a folder into PostgreSQL, or back into the folder; while no server runs",
      "fieldcast migrate --to postgres://db.example.com/fieldcast --dry-run",
      async () => (await import("./command.ts")).move,
    )
      .requiredOption("--to <URL|folder>", "a PostgreSQL, or the word folder")
      .option("--dry-run", "only say what would be moved"),
  );
}
