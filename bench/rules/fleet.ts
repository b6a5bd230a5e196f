import { DEVICES } from "../scenarios/scenario.ts";

/** Values that the load publishes begin here, and go up by one with each message. */
const FIRST = 1_000_000;

/** What rules of this kind ask for; `at` spreads over the values of a run, so that some fire at any time and most do not. */
const KINDS: readonly ((at: number) => string)[] = [
  (at) => `condition: { field: TEMPERATURE, operator: ">", value: ${at} }`,
  (at) => `condition: { field: TEMPERATURE, operator: ">", value: ${at}, hysteresis: 5 }`,
  (at) => `for: 30s, condition: { field: TEMPERATURE, operator: ">", value: ${at} }`,
  (at) => `condition: { field: TEMPERATURE, figure: average, over: 1m, operator: ">", value: ${at} }`,
  (at) => `condition: { field: TEMPERATURE, figure: change, over: 1m, operator: "<", value: -${at} }`,
  (at) => `condition: { field: TEMPERATURE, operator: ">", value: { configuration: most } }, limit: ${1 + (at % 9)}`,
  (at) =>
    `condition: { all: [{ field: TEMPERATURE, operator: ">", value: ${at} }, { not: { field: TEMPERATURE, operator: "=", value: 0 } }] }`,
  (at) =>
    `condition: { any: [{ field: TEMPERATURE, operator: "<", value: 0 }, { field: TEMPERATURE, operator: "=", value: ${at} }] }`,
  (at) =>
    `hours: { zone: Europe/Berlin, from: "00:00", to: "23:59" }, condition: { field: TEMPERATURE, operator: "<", value: ${at - FIRST} }`,
  (at) => `repeat: 1h, condition: { field: TEMPERATURE, operator: ">=", value: ${at} }`,
];

/** A product of a thousand devices, and so many rules, each of one device: those of a device are of all kinds. */
export function fleet(token: string, rules: number, messages: number): string {
  const lines = Array.from({ length: rules }, (_, i) => {
    const kind = KINDS[Math.floor(i / DEVICES) % KINDS.length];
    const at = FIRST + Math.floor((((i * 7919) % rules) / rules) * messages * 2);
    return `      - { name: rule ${i}, scope: { devices: [bench/dev${i % DEVICES}] }, trigger: { type: measurement, fields: [TEMPERATURE] }, ${kind?.(at)} }\n`;
  });
  return `workspaces:
  - slug: bench
    name: Bench
    products:
      - slug: bench
        name: Bench
        fields: [{ id: TEMPERATURE, type: NUMERIC }]
        configuration: [{ id: most, type: number, default: 2000000 }]
        devices: [{ id: "dev{0..${DEVICES - 1}}", name: "Device {n}" }]
    api_users:
      - { name: load program, token: ${token}, rights: [{ devices: all, can: [view, record_measurements] }, { instance: [operate] }] }
${rules === 0 ? "" : `    rules:\n${lines.join("")}`}`;
}
