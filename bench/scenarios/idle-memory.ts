import { connectMany } from "../load/client.ts";
import { type Figures, residentBytes } from "../load/measure.ts";
import type { LoadOptions, Scenario } from "./scenario.ts";

/** Connections that stay open before the first reading, so that the server's start-up costs are not counted. */
const WARM = 200;

/** Connections that log in and then do nothing: what each adds to the server's resident memory. */
export const idleMemory: Scenario = {
  id: "idle-memory",
  group: "scale",
  title: (volume) => `${volume.idle} idle connections`,
  rows: [
    { key: "perConnection", label: "memory per connection", unit: "bytes" },
    { key: "before", label: `server with ${WARM} connections`, unit: "bytes" },
    { key: "after", label: "server with all connections", unit: "bytes" },
  ],
  aim: "under 4 KB",
  openFiles: (volume) => WARM + volume.idle,
  load,
};

async function load(options: LoadOptions): Promise<Figures> {
  const { serverPid, target, idle, settle } = options;
  if (typeof serverPid !== "number") throw new Error("idle-memory needs one --server-pid");
  const warm = await connectMany(target, "bench-warm", WARM);
  await Bun.sleep(settle * 1000);
  const before = residentBytes(serverPid);
  const clients = await connectMany(target, "bench-idle", idle);
  await Bun.sleep(settle * 1000);
  const after = residentBytes(serverPid);
  for (const client of [...warm, ...clients]) client.close();
  return { before, after, perConnection: (after - before) / idle };
}
