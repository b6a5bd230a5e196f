import { steadyPort } from "../run/ports.ts";
import { newSchema, startPostgres, type TestPostgres } from "../run/postgres.ts";
import { startServer, type TestServer } from "../run/server.ts";

/** Servers that share one PostgreSQL, all of them active. */
export interface SharedStore {
  readonly postgres: TestPostgres;
  /** The schema that they share, and what --store says of it. */
  readonly schema: string;
  readonly address: string;
  readonly one: TestServer;
  readonly two: TestServer;
  remove(): Promise<void>;
}
interface Sharing {
  /** Fleet file of the first one: absent: the default one, null: none. */
  readonly fleet?: string | null;
  /** The same of the second one; none by default. */
  readonly second?: string | null;
  /** They start at the same moment, and not one after the other. */
  readonly isTogether?: boolean;
  /** They can ask each other over HTTP. */
  readonly haveUrls?: boolean;
  /** Further flags of both. */
  readonly flags?: readonly string[];
}

/** Starts two servers on a PostgreSQL of their own, which has no standby: what the end of its machine takes along is another test's. */
export async function shareStore(sharing: Sharing = {}): Promise<SharedStore> {
  const { second = null, isTogether = false, haveUrls = false, flags = [] } = sharing;
  const postgres = await startPostgres({ fsync: "on" });
  const schema = newSchema();
  const address = postgres.address(schema);
  const begin = (fleet: string | null | undefined): Promise<TestServer> => {
    const http = `127.0.0.1:${steadyPort()}`;
    const url = haveUrls ? ["--http", http, "--node-url", `http://${http}`] : [];
    const all = ["--store", address, "--cluster", "--unreplicated-ok", "on", ...url, ...flags];
    return startServer({ flags: all, store: "folder", ...(fleet !== undefined && { fleet }) });
  };
  const first = begin(sharing.fleet);
  if (!isTogether) await first;
  const [one, two] = await Promise.all([first, begin(second)]);
  return {
    ...{ postgres, schema, address, one, two },
    async remove() {
      for (const server of [two, one]) await server.remove();
      await postgres.remove();
    },
  };
}
