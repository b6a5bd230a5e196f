import type { RulePort } from "../integrations/rules/types.ts";

/** Rules that nobody looks at: what looks is tried in src/integrations/rules. */
export const STILL_RULES: RulePort = {
  now: () => 1_772_366_400_000_000,
  statesOf: () => [{ device: 1, state: "hot", since: 0, fired: 0, quiet: null }],
  loopOf: () => null,
  dryRun: async (_, { from, to }) => ({ from, to, devices: 1, points: 0, fired: 0, firings: [], isCut: false }),
  lines: async () => [{ line: 1, time: 0, device: 1, what: "fired", text: null, values: [] }],
};
