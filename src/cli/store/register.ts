import type { Registrar } from "../registrar.ts";

/** `backup`, `restore`, and `store`: the stored data itself. */
export function register({ program, add, json, group }: Registrar): void {
  const backups = () => import("./backup.ts");
  json(
    add(
      program,
      "backup <file>",
      "write everything into one file, also while the server runs",
      "fieldcast backup fieldcast.tar",
      async () => (await backups()).backup,
    ).option("--force", "replace a file of that name"),
  );
  json(
    add(
      program,
      "restore <file>",
      "make a data folder from a backup",
      "fieldcast restore fieldcast.tar --data ./restored",
      async () => (await backups()).restore,
    ).option("--force", "move a folder that is not empty aside"),
  );
  const store = group("store", "the stored data itself", "fieldcast store check");
  const figures = () => import("./stats.ts");
  json(
    add(
      store,
      "stats",
      "show what is stored, by product, field and device, and what the next sweep of retention will take",
      "fieldcast store stats --top 20",
      async () => (await figures()).stats,
    ).option("--top <N>", "how many of each kind, the largest first (default: 10)"),
  );
  json(
    add(
      store,
      "sweep",
      "let what retention does not keep go now",
      "fieldcast store sweep",
      async () => (await figures()).sweep,
    ),
  );
  json(
    add(
      store,
      "check",
      "read everything and say what is damaged, also while the server runs",
      "fieldcast store check --data ./data",
      async () => (await import("./check.ts")).check,
    ),
  );
  json(
    add(
      store,
      "repair-times",
      "mend what a clock that was ahead has stamped; while no server runs",
      "fieldcast store repair-times --dry-run",
      async () => (await import("./repair-times.ts")).repairTimes,
    )
      .option("--by <TIME>", "move back by so much: 1h, 3650d (default: the newest to this moment)")
      .option("--delete", "delete instead")
      .option("--dry-run", "only say what would be done")
      .option("--yes", "do not ask"),
  );
  json(
    add(
      store,
      "salvage",
      "build a new data folder of what can be read of a damaged one, and say what is lost",
      "fieldcast store salvage --data ./data --to ./saved",
      async () => (await import("./salvage.ts")).salvage,
    ).requiredOption("--to <DIR>", "the new folder"),
  );
}
