/** All scenarios and engines, in the order of the table. */
import type { EngineKind } from "./engine.ts";
import { fieldcast } from "./engines/fieldcast.ts";
import { influxdb } from "./engines/influxdb.ts";
import { postgres } from "./engines/postgres.ts";
import { table } from "./engines/table.ts";
import { BULK, SEALING, SMALL } from "./scenarios/commits.ts";
import { MANY, WIDE } from "./scenarios/fleet.ts";
import { HISTORY, YEAR } from "./scenarios/history.ts";
import type { StoreScenario } from "./scenarios/scenario.ts";

export const SCENARIOS: readonly StoreScenario[] = [HISTORY, BULK, SMALL, SEALING, WIDE, MANY, YEAR];
export const ENGINES: readonly EngineKind[] = [fieldcast, table, postgres, influxdb];
