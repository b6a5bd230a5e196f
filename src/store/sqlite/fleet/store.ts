import { moduleUrl } from "../../../base/modules.ts";
import { FleetFile } from "./file.ts";
import type { FleetOptions } from "./options.ts";
import { StoredFleet } from "./stored.ts";

/** Fleet metadata and accounts in one SQLite file. */
export class SqliteFleetStore extends StoredFleet {
  /** @param path of the file, usually fleet.db in the data folder, which must exist */
  constructor(path: string, options: FleetOptions = {}) {
    const program = options.program ?? moduleUrl("store/sqlite/fleet/worker");
    super({ tables: () => new FleetFile(path), program, place: path }, options);
  }
}
