/** `npm run bench:graphql`: the documents that carry most clients of the hosted platform. */
import { runProgram } from "../program.ts";
import { type FleetOf, runBench } from "../http/bench.ts";
import { helpOf, parseOptions } from "../http/options.ts";
import { devicesOf, GRAPHQL } from "./scenarios.ts";

const fleet: FleetOf = (token, _, scenario) => `workspaces:
  - slug: bench
    name: Bench
    products:
      - slug: bench
        name: Bench
        fields:
          - { id: TEMPERATURE, type: NUMERIC, name: Temperature, unit: "°C", semantic: temperature, role: primary }
          - { id: HUMIDITY, type: NUMERIC, unit: "%" }
        devices: [{ id: "dev{0..${devicesOf(scenario) - 1}}", name: "Device {n}" }]
    api_users:
      - { name: load program, token: ${token}, rights: [{ devices: all, can: [view, record_measurements] }] }
`;

await runProgram(
  (argv) => parseOptions(argv, GRAPHQL),
  helpOf("bench:graphql", GRAPHQL),
  (options) => runBench(options, fleet),
  "Some scenarios did not finish; see above.",
);
