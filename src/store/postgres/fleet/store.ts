import { moduleUrl } from "../../../base/modules.ts";
import type { FleetOptions } from "../../sqlite/fleet/options.ts";
import { StoredFleet } from "../../sqlite/fleet/stored.ts";
import { PostgresFleetTables } from "./tables.ts";

/** Fleet metadata and accounts in PostgreSQL. */
export class PostgresFleetStore extends StoredFleet {
  /** @param address see targetOf */
  constructor(address: string, options: FleetOptions = {}) {
    const program = options.program ?? moduleUrl("store/postgres/fleet/worker");
    const { onFatal } = options;
    super({ tables: (node) => new PostgresFleetTables(address, { onFatal, node }), program, place: address }, options);
  }
}
