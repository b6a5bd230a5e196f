import { serveFleet } from "../../sqlite/fleet/serve.ts";
import { PostgresFleetTables } from "./tables.ts";

/** The fleet worker's entry: all that is read from and written to the fleet's tables while the server runs, one after the other. */
serveFleet((address, node) => new PostgresFleetTables(address, { node }));
