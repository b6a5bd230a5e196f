import type { Text } from "../index.ts";

export const download: Text["download"] = {
  button: "Herunterladen",
  title: "Messwerte herunterladen",
  what: (n) =>
    `Jeder Messwert, wie er kam, von ${n === 1 ? "diesem Gerät" : `${n} Geräten`}: je eine Zeile mit Zeit, Gerät, Feld und Wert.`,
  files: (n) => `Eine Datei für jedes von ${n} Produkten.`,
  range: "Der letzten Zeit",
  ranges: { "24": "ein Tag", "168": "7 Tage", "720": "30 Tage", "8766": "ein Jahr", "": "alles" },
  format: "Format",
  formats: {
    csv: "CSV: für Tabellenprogramme",
    ndjson: "NDJSON: ein JSON-Objekt je Zeile",
    parquet: "Parquet: für DuckDB, pandas und dergleichen",
  },
  rows: (n) => `${n} Zeilen`,
  action: "Herunterladen",
};
