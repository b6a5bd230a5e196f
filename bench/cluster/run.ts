/** `npm run bench:cluster [-- flags of npm run bench]`: the same loads on one server and on several, then fail-overs, then what a follower pays. */
import { join } from "node:path";

const SERVERS = "fieldcast,fieldcast-postgres,fieldcast-replicated,fieldcast-nodes";
const LOADS = ["--servers", SERVERS, "--only", "fan-in-qos1,round-trips,latency"];

const PARTS = [
  ["loads", "run.ts"],
  ["failover", "../test/cluster/failover.ts"],
  ["follower", "follower/run.ts"],
] as const;

/** @returns whether it went well */
async function part(entry: string, flags: readonly string[]): Promise<boolean> {
  const command = [process.execPath, join(import.meta.dir, "..", entry), ...flags];
  const child = Bun.spawn(command, { stdin: "ignore", stdout: "inherit", stderr: "inherit" });
  const end = () => child.kill("SIGTERM");
  process.once("exit", end);
  const code = await child.exited;
  process.off("exit", end);
  return code === 0;
}

const flags = process.argv.slice(2);
const only = flags[0] === "--part" ? flags[1] : undefined;
if (flags.includes("--help") || (only !== undefined && !PARTS.some(([name]) => name === only))) {
  console.log(`npm run bench:cluster [-- --part ${PARTS.map(([name]) => name).join("|")}] [flags of that part]`);
  process.exit(2);
}
let isWell = true;
for (const [name, entry] of PARTS) {
  if (only !== undefined && only !== name) continue;
  console.log(`\n## ${name}\n`);
  const own = only === undefined ? (name === "loads" ? flags : []) : flags.slice(2);
  isWell = (await part(entry, name === "loads" ? [...LOADS, ...own] : own)) && isWell;
}
process.exit(isWell ? 0 : 1);
