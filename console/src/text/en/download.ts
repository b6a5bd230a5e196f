/** Files of measurements. */
export const download = {
  button: "Download",
  title: "Download measurements",
  what: (n: number) =>
    `Every measurement as it came, of ${n === 1 ? "this device" : `${n} devices`}: a row each, with time, device, field and value.`,
  files: (n: number) => `A file for each of ${n} products.`,
  range: "Of the last",
  ranges: { "24": "day", "168": "7 days", "720": "30 days", "8766": "year", "": "everything" },
  format: "Format",
  formats: {
    csv: "CSV: for spreadsheets",
    ndjson: "NDJSON: a JSON object a line",
    parquet: "Parquet: for DuckDB, pandas and their like",
  },
  rows: (n: string) => `${n} lines`,
  action: "Download",
};
