/** `npm run cluster-check [-- flags]`: does to servers and their PostgreSQL what may happen to them, and holds what clients saw against what is promised; see HELP. */
import { parseArgs } from "node:util";
import { runCluster } from "./run.ts";

const HELP = `npm run cluster-check -- [flags]

  --minutes N   how long it goes on (10)
  --nodes N     so many servers, all active (3); without it two, of which one stands by
  --bus         they tell each other of records over NATS, which is killed and stopped, too
  --seed N      the order of what is done (another one each time)

Three PostgreSQL, servers, clients with stored sessions at QoS 1 and 2 and with wills, all on this machine. Ends with 1 at
a fault, and names it. A seed repeats the order, not the moments.
`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "10" },
      seed: { type: "string" },
      nodes: { type: "string" },
      bus: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const minutes = Number(values.minutes);
  const seed = Number(values.seed ?? crypto.getRandomValues(new Uint16Array(1))[0]);
  const shape = values.nodes === undefined ? null : Number(values.nodes);
  const isShape = shape === null || (Number.isSafeInteger(shape) && shape > 1 && shape < 20);
  if (
    values.help ||
    !isShape ||
    (values.bus && shape === null) ||
    !(minutes > 0 && minutes <= 1440) ||
    !Number.isSafeInteger(seed)
  ) {
    say(HELP);
    return 2;
  }
  say(`--minutes ${minutes} --seed ${seed}${shape === null ? "" : ` --nodes ${shape}`}${values.bus ? " --bus" : ""}`);
  const { wrong, blows, acknowledged, heard } = await runCluster({
    seconds: minutes * 60,
    seed,
    shape,
    bus: values.bus,
    say,
  });
  say(`${blows} blows, ${acknowledged} publishes acknowledged, ${heard} heard`);
  if (wrong.length === 0) {
    say("every promise was kept.");
    return 0;
  }
  say(["Faults:", ...wrong].join("\n  "));
  return 1;
}

process.exit(await main());
