/** The fleet that tests run with, and its tokens: fixed, so that a test reads like the clients it stands for. */

export const DEVICE = "6b98a3bb-9ae1-418f-9375-f23091a849cd";
export const SERIAL = "BR-1";

export const TOKENS = {
  /** acme: everything on all devices, view of my-product (the API user of the fleet file's example). */
  device: "0123456789abcdef0123456789abcdef01234567",
  /** acme: record_only on all devices. */
  recorder: "1111111111111111111111111111111111111111",
  /** acme: view of my-product. */
  viewer: "2222222222222222222222222222222222222222",
  /** acme: view of dev7 and record_measurements on dev8. */
  scoped: "3333333333333333333333333333333333333333",
  /** acme: nothing. */
  none: "4444444444444444444444444444444444444444",
  /** acme: operate the instance; no device. */
  operator: "5555555555555555555555555555555555555555",
  /** acme: record_measurements on what has the tag plant-1. */
  tagged: "6666666666666666666666666666666666666666",
  /** acme: all rights, but not permitted to use MQTT. */
  noMqtt: "7777777777777777777777777777777777777777",
  /** acme: a token whose time is over. */
  expired: "8888888888888888888888888888888888888888",
  /** The owner of acme and globex. */
  owner: "89abcdef0123456789abcdef0123456789abcdef",
  /** An observer of acme. */
  observer: "9999999999999999999999999999999999999999",
  /** globex: everything on all devices. */
  globex: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  /** A well-formed token of nobody. */
  unknown: "ffffffffffffffffffffffffffffffffffffffff",
} as const;

/** Fleet file of the default server. Workspace acme is the example of the documents; globex must never meet it. */
export const FLEET = `workspaces:
  - slug: acme
    name: Acme
    products:
      - slug: my-product
        name: My product
        retain_last_values: false
        fields:
          - { id: TEMPERATURE, type: NUMERIC, name: Temperature, unit: "°C" }
          - { id: DOOR, type: BOOL }
          - { id: NOTE, type: STRING }
          - { id: POSITION, type: GEO }
          - { id: STEPS, type: INT }
          - { id: TOTAL, type: COUNTER, unit: kWh }
        devices:
          - { id: ${DEVICE}, name: Boiler room, serial: ${SERIAL}, tags: [plant-1] }
          - { id: "dev{0..999}", name: "Simulated {n}" }
      - slug: kept
        name: Kept
        retain_last_values: true
        publish_backfill: true
        bool_text: "True"
        fields:
          - { id: TEMPERATURE, type: NUMERIC }
          - { id: DOOR, type: BOOL }
        devices:
          - { id: box1, tags: [plant-1] }
          - { id: box2 }
    api_users:
      - name: field devices
        token: ${TOKENS.device}
        rights:
          - { devices: all, can: [record_measurements] }
          - { products: [my-product], can: [view] }
          - { tags: [plant-1], can: [record_measurements] }
          - { device_ids: [dev7], can: [view] }
          - { workspace: [members, devices] }
      - { name: recorder, token: ${TOKENS.recorder}, rights: [{ devices: all, can: [record_only] }] }
      - { name: viewer, token: ${TOKENS.viewer}, rights: [{ products: [my-product], can: [view] }] }
      - name: scoped
        token: ${TOKENS.scoped}
        rights:
          - { device_ids: [dev7], can: [view] }
          - { device_ids: [dev8], can: [record_measurements] }
      - { name: none, token: ${TOKENS.none} }
      - { name: operator, token: ${TOKENS.operator}, rights: [{ instance: [operate] }] }
      - { name: tagged, token: ${TOKENS.tagged}, rights: [{ tags: [plant-1], can: [record_measurements] }] }
      - name: no mqtt
        token: ${TOKENS.noMqtt}
        mqtt: false
        rights: [{ devices: all, can: [record_measurements] }]
      - name: expired
        token: ${TOKENS.expired}
        expires: 2020-01-01
        rights: [{ devices: all, can: [record_measurements] }]
  - slug: globex
    name: Globex
    products:
      - slug: other-product
        name: Other product
        fields:
          - { id: TEMPERATURE, type: NUMERIC }
        devices:
          - { id: gdev1, name: Other }
          - { id: dev7, name: Also seven }
    api_users:
      - { name: globex devices, token: ${TOKENS.globex}, rights: [{ devices: all, can: [record_measurements] }] }
users:
  - { email: owner@example.com, token: ${TOKENS.owner}, workspaces: { acme: owner, globex: owner } }
  - { email: observer@example.com, token: ${TOKENS.observer}, workspaces: { acme: observer } }
`;
