/** `npm run bench:http`: recording over HTTP, and the API of the fleet. */
import { runProgram } from "../program.ts";
import { runBench } from "./bench.ts";
import { helpOf, type HttpVolume, parseOptions } from "./options.ts";
import { SCENARIOS } from "./scenarios.ts";

function fleet(token: string, { devices }: HttpVolume): string {
  return `workspaces:
  - slug: bench
    name: Bench
    products:
      - slug: bench
        name: Bench
        fields: [{ id: TEMPERATURE, type: NUMERIC, name: Temperature, unit: "°C" }]
        devices: [{ id: "dev{0..${devices - 1}}", name: "Device {n}" }]
    api_users:
      - { name: load program, token: ${token}, rights: [{ devices: all, can: [view, record_measurements] }] }
`;
}

await runProgram(
  (argv) => parseOptions(argv, SCENARIOS),
  helpOf("bench:http", SCENARIOS),
  (options) => runBench(options, fleet),
  "Some scenarios did not finish; see above.",
);
