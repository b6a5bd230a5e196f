/** A workspace that has some of everything, and a second one of which nobody of the first may learn a word. */

export const OWNER = "89abcdef0123456789abcdef0123456789abcdef";
export const VIEWER = "2222222222222222222222222222222222222222";
/** One device of the first workspace, which it may record. */
export const ONE = "3333333333333333333333333333333333333333";
/** Records everything and reads nothing. */
export const BLIND = "4444444444444444444444444444444444444444";
export const WORKSPACE_ID = "11111111-1111-4111-8111-111111111111";
export const PRODUCT_ID = "22222222-2222-4222-8222-222222222222";

/** Every name that begins so must not be shown to who may see one device alone. */
export const HIDDEN = "hidden";

export const FLEET = `workspaces:
  - slug: plant
    uuid: ${WORKSPACE_ID}
    name: Plant
    products:
      - slug: meter
        uuid: ${PRODUCT_ID}
        name: Meter
        fields:
          - { id: TEMPERATURE, type: NUMERIC, name: Temperature, unit: "°C", role: primary, semantic: temperature }
          - { id: BATTERY, type: NUMERIC, unit: "%", role: device_battery, semantic: battery }
          - { id: DOOR, type: BOOL, semantic: door_opened }
          - { id: NOTE, type: STRING }
          - { id: WHERE, type: GEO, role: device_location }
          - { id: STEPS, type: INT }
          - { id: ENERGY, type: COUNTER, unit: kWh }
          - { id: EMPTY, type: NUMERIC }
        downlinks: [{ name: reset, hex: "01", port: 2 }]
        devices:
          - { id: m1, name: First, serial: S-1, tags: [cellar, warm], location: Cellar, metadata: { floor: 1 } }
          - { id: m2, name: ${HIDDEN} second, serial: ${HIDDEN}-2, tags: [warm], metadata: { ${HIDDEN}key: 2 } }
          - { id: m3, name: ${HIDDEN} third, tags: [${HIDDEN}tag] }
      - slug: ${HIDDEN}-product
        name: ${HIDDEN} product
        fields: [{ id: TEMPERATURE, type: NUMERIC, semantic: co2 }]
        devices: [{ id: ${HIDDEN}-device }]
    api_users:
      - { name: viewer, token: ${VIEWER}, rights: [{ devices: all, can: [view] }] }
      - { name: one, token: ${ONE}, rights: [{ device_ids: [meter/m1], can: [record_measurements] }] }
      - { name: blind, token: ${BLIND}, rights: [{ devices: all, can: [record_only] }] }
  - slug: ${HIDDEN}-workspace
    name: ${HIDDEN} workspace
    products:
      - slug: ${HIDDEN}-other
        fields: [{ id: TEMPERATURE, type: NUMERIC }]
        devices: [{ id: ${HIDDEN}-elsewhere, serial: ${HIDDEN}-serial }]
users:
  - { email: owner@example.com, token: ${OWNER}, workspaces: { plant: owner } }
  - { email: ${HIDDEN}@example.com, workspaces: { ${HIDDEN}-workspace: owner } }
`;
