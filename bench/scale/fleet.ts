/** How many series a device of the bench has: fields of its product. */
export const FIELDS = 10;
/** What everything is called here. */
export const PRODUCT = "bench";

/** The identifier of field `n`. */
export const fieldId = (n: number): string => `F${n}`;
/** The id of device `n`. */
export const deviceId = (n: number): string => `dev${n}`;

/** A fleet file with one product of `FIELDS` numbers, so many devices, and one account that may do everything with them. */
export function fleetFile(token: string, devices: number): string {
  // each on a line of its own, as an export of somebody's list has it
  const rows = Array.from(
    { length: devices },
    (_, n) => `          - { id: ${deviceId(n)}, name: Device ${n}, serial: SN-${n}, tags: [plant-${n % 20}] }`,
  );
  const fields = Array.from({ length: FIELDS }, (_, n) => `{ id: ${fieldId(n)}, type: NUMERIC }`);
  return `workspaces:
  - slug: bench
    name: Bench
    products:
      - slug: ${PRODUCT}
        name: Bench
        fields: [${fields.join(", ")}]
        devices:
${rows.join("\n")}
    api_users:
      - { name: bench, token: ${token}, rights: [{ devices: all, can: [view, record_measurements] }, { workspace: [exports] }] }
`;
}
