import { describe, expect, test } from "bun:test";
import { demandOf, NETWORK_TYPES, type NetworkType } from "../../console/src/pages/integrations/network-form.ts";
import { settingsOf } from "../../src/networks/downlinks/index.ts";

describe("the form of a network", () => {
  test.each(Object.keys(NETWORK_TYPES) as NetworkType[])("%s is asked for what the server needs and takes", (type) => {
    const { needs, takes } = settingsOf(type);
    for (const setting of ["server", "application", "webhook", "key"] as const) {
      const use = needs.includes(setting) ? "needed" : takes.includes(setting) ? "taken" : undefined;
      expect([setting, demandOf(type, setting)]).toEqual([setting, use]);
    }
  });
});
