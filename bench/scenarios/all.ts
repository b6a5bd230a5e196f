import { CARRIED_FAN_IN, FAN_IN, FREE_FAN_IN } from "./fan-in.ts";
import { fanOutFree, fanOutPlatform } from "./fan-out.ts";
import { idleMemory } from "./idle-memory.ts";
import { latency } from "./latency.ts";
import { plainLogins, tlsLogins } from "./logins.ts";
import { MATCHING } from "./matching.ts";
import { RETAINED } from "./retained.ts";
import { CARRIED_ROUND_TRIPS, plainRoundTrips } from "./round-trips.ts";
import type { Scenario } from "./scenario.ts";
import { shared } from "./shared.ts";
import { tlsReturns } from "./tls-returns.ts";
import { versions } from "./versions.ts";

/** In the order of the table, group by group. */
export const SCENARIOS: readonly Scenario[] = [
  ...FAN_IN,
  fanOutPlatform,
  plainRoundTrips,
  latency,
  shared,
  ...FREE_FAN_IN,
  fanOutFree,
  ...CARRIED_ROUND_TRIPS,
  ...CARRIED_FAN_IN,
  tlsLogins,
  tlsReturns,
  versions,
  idleMemory,
  plainLogins,
  ...MATCHING,
  ...RETAINED,
];
