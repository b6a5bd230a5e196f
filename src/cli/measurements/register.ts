import { several, type Registrar } from "../registrar.ts";

/** `export` and `import`. */
export function register({ program, add, json, local }: Registrar): void {
  local(
    add(
      program,
      "export",
      "write measurements to a file: one row each, as CSV, NDJSON or Parquet",
      "fieldcast export --product my-product --out measurements.csv",
      async () => (await import("./export.ts")).exportAll,
    )
      .option("--product <SLUG>", "only this product (may be repeated; default: all)", several)
      .option("--device <ID>", "only this device, by id or serial (may be repeated)", several)
      .option("--field <FIELD>", "only this field (may be repeated)", several)
      .option("--from <TIME>", "ISO 8601 (UTC without an offset), belongs to the range (default: the beginning)")
      .option("--to <TIME>", "ISO 8601, likewise, does not belong to the range (default: the end)")
      .option("--zone <NAME>", "time zone of times without an offset: Europe/Berlin (default: UTC)")
      .option("--format <FORMAT>", "csv, ndjson or parquet (default: as the file's name ends, otherwise csv)")
      .option("--out <FILE>", "where to; - is the output (default)")
      .option("--escape-formulas", "CSV: put ' before text that a spreadsheet would run as a formula"),
  );

  json(
    add(
      program,
      "import <files...>",
      "record exported measurements (CSV, NDJSON or Parquet) with their times; nothing of them is published",
      "fieldcast import measurements.csv --bad bad-rows.ndjson",
      async () => (await import("./import.ts")).importAll,
    )
      .option("--format <FORMAT>", "csv, ndjson or parquet (default: as the file's name ends)")
      .option("--delimiter <CHARACTER>", "what divides the cells of CSV: ; or tab, for example (default: a comma)")
      .option("--resume", "go on where an import of the same file ended")
      .option("--bad <FILE>", "write every bad row there, with the reason (NDJSON)"),
  );
}
