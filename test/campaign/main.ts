/** `npm run campaign [-- flags]`: kills a server again and again amid everything, and holds what is there against what it promised; see HELP. */
import { parseArgs } from "node:util";
import { campaign } from "./campaign.ts";

const HELP = `npm run campaign -- [flags]

  --campaigns N   how many, each with a new data folder, roomy and cramped queues in turn (10)
  --kills N       of one campaign (25)
  --seed N        the chance of the first; those after it count up (another one each time)
  --queues WORD   only these: roomy, or tight (--max-queued-messages 300)

Ends with 1 at the first campaign with a fault, and names it. Kills come at random moments: a seed repeats the choices, not the run.
`;

function whole(flag: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`${flag}: ${text} is not a whole number`);
}
function flags() {
  const { values } = parseArgs({
    options: {
      campaigns: { type: "string", default: "10" },
      kills: { type: "string", default: "25" },
      seed: { type: "string" },
      queues: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const { queues } = values;
  if (values.help || (queues !== undefined && queues !== "roomy" && queues !== "tight")) return null;
  const chance = (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % 1_000_000_000;
  return {
    campaigns: whole("--campaigns", values.campaigns),
    kills: whole("--kills", values.kills),
    seed: values.seed === undefined ? chance : whole("--seed", values.seed),
    tight: queues === undefined ? null : queues === "tight",
  };
}
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const wish = flags();
  if (wish === null) {
    say(HELP);
    return 2;
  }
  const { campaigns, kills, seed } = wish;
  for (let i = 0; i < campaigns; i++) {
    const tight = wish.tight ?? i % 2 === 1;
    const { faults, acknowledged, heard, edits, dropped } = await campaign({ seed: seed + i, kills, tight, say });
    const how = `--seed ${seed + i} --queues ${tight ? "tight" : "roomy"} --kills ${kills}`;
    say(
      `${how}: ${acknowledged} writes acknowledged, ${heard} heard, ${dropped} dropped by full queues, ${edits} edits`,
    );
    if (faults.length > 0) {
      say(["", `Faults (once more: npm run campaign -- --campaigns 1 ${how}):`, ...faults].join("\n  "));
      return 1;
    }
  }
  say(`${campaigns} campaigns with ${kills} kills each: every promise was kept.`);
  return 0;
}

process.exit(await main());
