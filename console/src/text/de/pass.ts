import type { Text } from "../index.ts";

export const pass: Text["pass"] = {
  outcomes: {
    stored: "gespeichert",
    partly_stored: "teils gespeichert",
    nothing_stored: "nichts gespeichert",
    failed: "gescheitert",
    repeated: "war schon da",
    unknown: "unbekanntes Gerät",
    told: "mitgeteilt",
  },
  fates: { stored: "gespeichert", refused: "abgelehnt", suggested: "vorgeschlagen" },
  rows: (stored, all) => (all === 0 ? "" : `${stored} von ${all} Werten gespeichert`),
  from: (who) => `von ${who}`,
  hidden: "Was gesendet wurde, sehen die, die die betroffenen Geräte lesen dürfen.",
  decoder: "Decoder",
  took: (ms) => `brauchte ${ms.toFixed(1)} ms.`,
};
