import { fanInQos0 } from "./fan-in-qos0.ts";
import { fanInQos1 } from "./fan-in-qos1.ts";
import { fanOut } from "./fan-out.ts";
import { idleMemory } from "./idle-memory.ts";
import { roundTrips } from "./round-trips.ts";
import type { Scenario } from "./scenario.ts";

/** In the order of the table. */
export const SCENARIOS: readonly Scenario[] = [fanInQos0, fanInQos1, fanOut, roundTrips, idleMemory];
