/** `npm run bench:integrations`: uplinks of LoRaWAN networks from the request to the commit, beside records over HTTP. */
import { runProgram } from "../program.ts";
import { runBench } from "../http/bench.ts";
import { helpOf, parseOptions } from "../http/options.ts";
import { fleet } from "./fleet.ts";
import { INTEGRATIONS } from "./scenarios.ts";

await runProgram(
  (argv) => parseOptions(argv, INTEGRATIONS),
  helpOf("bench:integrations", INTEGRATIONS),
  (options) => runBench(options, fleet),
  "Some scenarios did not finish; see above.",
);
