import { FleetFile } from "./file.ts";
import { serveFleet } from "./serve.ts";

/** The fleet worker's entry: all that is read from and written to fleet.db while the server runs, one after the other. */
serveFleet((path) => new FleetFile(path));
