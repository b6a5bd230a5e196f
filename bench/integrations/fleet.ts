import type { FleetOf } from "../http/bench.ts";
import { DEV_EUIS, DECODER, FIRST, PLAIN } from "./scenarios.ts";

/** Products whose devices a LoRaWAN network speaks for: all calls of one script go to one process of the sandbox. */
const PRODUCTS = 8;

function product(n: number, devices: number, plain: boolean): string {
  const from = FIRST + Math.floor((devices * n) / PRODUCTS);
  const to = FIRST + Math.floor((devices * (n + 1)) / PRODUCTS) - 1;
  if (to < from) return "";
  // a script of its own: equal ones count as one
  const decoder = `${DECODER}// ${n}\n`.replace(/^(?=.)/gm, "          ");
  return `      - slug: lora-${n}
        name: LoRaWAN ${n}
${plain ? "" : `        decoder: |\n${decoder}`}        fields:
          - { id: TEMPERATURE, type: NUMERIC, name: Temperature, unit: "°C" }
          - { id: HUMIDITY, type: NUMERIC }
          - { id: BATTERY, type: NUMERIC }
          - { id: RSSI, type: NUMERIC }
        devices: [{ id: "lora{${from}..${to}}", serial: "${DEV_EUIS}{n}", name: "Sensor {n}" }]
`;
}

/** A product that records over HTTP, and those of LoRaWAN. */
export const fleet: FleetOf = (token, { devices }, scenario) => `workspaces:
  - slug: bench
    name: Bench
    products:
      - slug: bench
        name: Bench
        fields: [{ id: TEMPERATURE, type: NUMERIC, name: Temperature, unit: "°C" }]
        devices: [{ id: "dev{0..${devices - 1}}", name: "Device {n}" }]
${Array.from({ length: PRODUCTS }, (_, n) => product(n, devices, scenario === PLAIN)).join("")}    api_users:
      - { name: load program, token: ${token}, rights: [{ devices: all, can: [view, record_measurements] }, { workspace: [integrations] }] }
`;
