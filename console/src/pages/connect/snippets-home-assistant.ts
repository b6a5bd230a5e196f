import type { Snippet } from "./snippet.ts";
import type { Target } from "./target.ts";

/** What Home Assistant's MQTT integration is told: the broker, and an entity for each field. */
export function homeAssistant(target: Target): readonly Snippet[] {
  const { host, port, token, prefix, product, device, fields } = target;
  const name = `fieldcast_${product}_${device}`.replace(/[^A-Za-z0-9]+/g, "_").toLowerCase();
  const entity = ({ id, name: label, unit, type }: Target["field"]) => {
    const lines = [
      `- name: ${JSON.stringify(label)}`,
      `  unique_id: ${name}_${id.toLowerCase()}`,
      `  state_topic: ${JSON.stringify(`${prefix}/${product}/${device}/${id}`)}`,
      ...(type !== "BOOL" && unit !== null ? [`  unit_of_measurement: ${JSON.stringify(unit)}`] : []),
      // its values are "true" and "false", or with a capital where the product says so
      ...(type === "BOOL"
        ? ['  value_template: "{{ value | lower }}"', '  payload_on: "true"', '  payload_off: "false"']
        : []),
      `  device: { identifiers: [${name}], name: ${JSON.stringify(device)} }`,
    ];
    return lines.map((line) => `      ${line}`).join("\n");
  };
  const group = (kind: string, some: readonly Target["field"][]) =>
    some.length === 0 ? [] : [`  - ${kind}:`, ...some.map(entity)];
  const code = [
    "mqtt:",
    ...group(
      "sensor",
      fields.filter(({ type }) => type !== "BOOL" && type !== "GEO"),
    ),
    ...group(
      "binary_sensor",
      fields.filter(({ type }) => type === "BOOL"),
    ),
  ].join("\n");
  return [
    { what: "broker", code: `${host}\n${port}\n${token}\n${token}` },
    { what: "configuration", code },
  ];
}
