export const pass = {
  outcomes: {
    stored: "stored",
    partly_stored: "partly stored",
    nothing_stored: "nothing stored",
    failed: "failed",
    repeated: "had come before",
    unknown: "unknown device",
    told: "told",
  },
  fates: { stored: "stored", refused: "refused", suggested: "suggested" },
  rows: (stored: number, all: number) => (all === 0 ? "" : `${stored} of ${all} values stored`),
  from: (who: string) => `from ${who}`,
  hidden: "What was sent is shown to those who may read the devices that it concerns.",
  decoder: "decoder",
  took: (ms: number) => `took ${ms.toFixed(1)} ms.`,
};
