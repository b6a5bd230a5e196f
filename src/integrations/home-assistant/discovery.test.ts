import { expect, test } from "bun:test";
import { SEMANTICS } from "../../fleet/types.ts";
import { FIELD_TYPES, type FieldType, specOf } from "../../measure/types.ts";
import {
  availabilityTopic,
  configTopic,
  describe,
  deviceOfTopic,
  isStatusTopic,
  nextConfig,
} from "../../homeassistant/discovery.ts";
import { isWhole } from "./whole.ts";
import { checkConfig, DEVICE_CLASS_UNITS } from "./schema.testing.ts";
import type { Component, DescribedDevice, DescribedField, Topics } from "../../homeassistant/types.ts";

const UUID = "6b98a3bb-9ae1-418f-9375-f23091a849cd";
const TOPICS: Topics = {
  discoveryPrefix: "homeassistant",
  value: (product, device, field) => `dtck/${product}/${device}/${field}`,
  command: (product, device, field) => `dtck-pub/${product}/${device}/${field}`,
};
const BASE = `fieldcast_${UUID.replaceAll("-", "")}_7`;

function device(fields: readonly DescribedField[], more: Partial<DescribedDevice> = {}): DescribedDevice {
  return {
    uid: 7,
    id: "000001",
    name: "Boiler",
    serial: null,
    product: { uuid: UUID, slug: "my-product", name: "My product" },
    boolText: "true",
    fields,
    mayRecord: false,
    ...more,
  };
}
const field = (type: FieldType, more: Partial<DescribedField> = {}): DescribedField => ({
  id: "F",
  form: specOf(type).form,
  isTotal: specOf(type).isTotal,
  isWhole: isWhole(type),
  name: "Field",
  unit: null,
  ...more,
});
function only(one: DescribedField, more: Partial<DescribedDevice> = {}): Component {
  const { cmps } = describe(device([one], more), TOPICS, "1.2.3", null);
  const [component, ...others] = Object.values(cmps);
  expect(others).toEqual([]);
  if (component === undefined) throw new Error("no component");
  return component;
}

test("a device as a whole", () => {
  const config = describe(
    device(
      [field("NUMERIC", { id: "TEMPERATURE", name: "Temperature", unit: "°C", semantic: "temperature", decimals: 1 })],
      {
        serial: "BR-1",
        location: "Cellar",
      },
    ),
    TOPICS,
    "1.2.3",
    "https://cloud.example.com/console/w/home/devices/my-product/000001",
  );
  expect(config).toEqual({
    dev: {
      ids: [BASE],
      name: "Boiler",
      mf: "fieldcast",
      mdl: "My product",
      mdl_id: "my-product",
      sn: "BR-1",
      sa: "Cellar",
      cu: "https://cloud.example.com/console/w/home/devices/my-product/000001",
    },
    o: { name: "fieldcast", sw: "1.2.3" },
    avty_t: `homeassistant/fieldcast/${BASE}/availability`,
    cmps: {
      TEMPERATURE_sensor: {
        p: "sensor",
        name: "Temperature",
        uniq_id: `${BASE}_TEMPERATURE`,
        stat_t: "dtck/my-product/000001/TEMPERATURE",
        unit_of_meas: "°C",
        dev_cla: "temperature",
        stat_cla: "measurement",
        sug_dsp_prc: 1,
      },
    },
  });
  expect(checkConfig(config)).toEqual([]);
});

const READ: readonly (readonly [DescribedField, Partial<Component>])[] = [
  [field("NUMERIC"), { p: "sensor", stat_cla: "measurement" }],
  [field("INT", { unit: "ppm", semantic: "co2" }), { p: "sensor", dev_cla: "carbon_dioxide", unit_of_meas: "ppm" }],
  [
    field("COUNTER", { unit: "kWh", semantic: "energy_consumption" }),
    { dev_cla: "energy", stat_cla: "total_increasing" },
  ],
  [field("NUMERIC", { unit: "kWh", semantic: "energy_consumption" }), { dev_cla: "energy", stat_cla: "total" }],
  [field("COUNTER"), { p: "sensor", stat_cla: "total_increasing" }],
  [field("BOOL"), { p: "binary_sensor", pl_on: "true", pl_off: "false" }],
  [field("BOOL", { semantic: "door_opened" }), { p: "binary_sensor", dev_cla: "door" }],
  [field("STRING"), { p: "sensor", val_tpl: "{{ value[:255] }}" }],
  [field("GEO"), { p: "device_tracker", json_attr_t: "dtck/my-product/000001/F", src_type: "gps" }],
  // a unit that Home Assistant does not know for the class: an error there
  [field("NUMERIC", { unit: "Grad", semantic: "temperature" }), { p: "sensor", unit_of_meas: "Grad" }],
  [field("NUMERIC", { unit: null, semantic: "humidity" }), { p: "sensor" }],
  // by its unit alone, and as people spell it
  [field("NUMERIC", { unit: "C" }), { dev_cla: "temperature", unit_of_meas: "°C" }],
  [field("NUMERIC", { unit: "hPa" }), { dev_cla: "pressure" }],
  [field("NUMERIC", { unit: "%", semantic: "battery" }), { dev_cla: "battery", ent_cat: "diagnostic" }],
];
test.each(READ)("what may be read: %j", (one, expected) => {
  const found = only(one);
  expect(found).toMatchObject(expected);
  expect(found).not.toHaveProperty("cmd_t");
  if (!("dev_cla" in expected)) expect(found).not.toHaveProperty("dev_cla");
});

const SET: readonly (readonly [DescribedField, Partial<Component>])[] = [
  [field("BOOL"), { p: "switch", pl_on: "true", pl_off: "false" }],
  [field("BOOL", { semantic: "light_on" }), { p: "switch" }],
  [field("INT"), { p: "number", step: 1, mode: "box" }],
  [field("NUMERIC", { decimals: 2 }), { p: "number", step: 0.01 }],
  [field("NUMERIC", { unit: "°C", settable: true }), { p: "number", step: 0.001, dev_cla: "temperature" }],
  [field("BOOL", { semantic: "door_opened", settable: true }), { p: "switch" }],
  [field("STRING"), { p: "text", min: 1, max: 255 }],
];
test.each(SET)("what may be set: %j", (one, expected) => {
  const found = only(one, { mayRecord: true });
  expect(found).toMatchObject({
    ...expected,
    stat_t: "dtck/my-product/000001/F",
    cmd_t: "dtck-pub/my-product/000001/F",
  });
  expect(only(one).p).not.toBe(found.p);
});
test("what is measured is not set, whoever may record", () => {
  const measured = [
    field("COUNTER"),
    field("GEO"),
    field("NUMERIC", { semantic: "temperature" }),
    field("BOOL", { semantic: "door_opened" }),
    field("NUMERIC", { role: "device_battery" }),
    field("NUMERIC", { unit: "°C" }),
    field("BOOL", { settable: false }),
    field("COUNTER", { settable: true }),
  ];
  for (const one of measured) expect(only(one, { mayRecord: true })).not.toHaveProperty("cmd_t");
});
test("a product that writes True is heard and set so", () => {
  for (const mayRecord of [false, true])
    expect(only(field("BOOL"), { mayRecord, boolText: "True" })).toMatchObject({ pl_on: "True", pl_off: "False" });
});
test("a field that is switched off does not appear", () => {
  expect(describe(device([field("INT", { active: false })]), TOPICS, "1", null).cmps).toEqual({});
});

test("every type, semantic, unit and right is as Home Assistant's schema wants it", () => {
  const units = [null, "%", "Grad", "l", ...new Set([...DEVICE_CLASS_UNITS.values()].flat())].map((u) =>
    u === "" ? null : u,
  );
  const wrong: string[] = [];
  for (const type of FIELD_TYPES)
    for (const semantic of [undefined, ...SEMANTICS])
      for (const unit of units)
        for (const mayRecord of [false, true])
          for (const decimals of [undefined, 0, 15]) {
            const more = { unit, ...(semantic && { semantic }), ...(decimals !== undefined && { decimals }) };
            const config = describe(device([field(type, more)], { mayRecord }), TOPICS, "1", null);
            for (const problem of checkConfig(config))
              wrong.push(`${type} ${semantic} ${unit} ${mayRecord}: ${problem}`);
          }
  expect(wrong).toEqual([]);
});
test("the schema of the test refuses what Home Assistant does", () => {
  const { cmps, ...rest } = describe(device([field("NUMERIC", { unit: "°C" })]), TOPICS, "1", null);
  const with_ = (more: object) => checkConfig({ ...rest, cmps: { F_sensor: { ...cmps.F_sensor, ...more } } });
  expect(with_({})).toEqual([]);
  expect(with_({ dev_cla: "humidity" })).toHaveLength(1);
  expect(with_({ stat_cla: "often" })).toHaveLength(2);
  expect(with_({ cmd_t: "dtck-pub/a/b/F" })).toHaveLength(1);
  expect(with_({ uniq_id: undefined })).toHaveLength(1);
  expect(with_({ stat_t: "dtck/+/b/F" })).toHaveLength(1);
  expect(checkConfig({ ...rest, o: {}, cmps })).toHaveLength(1);
});

test("names stay over a rename of the device, of its product and of its fields", () => {
  const before = describe(device([field("INT")]), TOPICS, "1", null);
  const after = describe(
    device([field("INT", { name: "Other" })], { id: "9", name: "New", product: { uuid: UUID, slug: "x", name: "X" } }),
    TOPICS,
    "1",
    null,
  );
  expect(after.dev.ids).toEqual(before.dev.ids as string[]);
  expect(Object.keys(after.cmps)).toEqual(Object.keys(before.cmps));
  expect(after.cmps.F_sensor?.uniq_id).toBe(before.cmps.F_sensor?.uniq_id as string);
  expect(after.cmps.F_sensor?.stat_t).toBe("dtck/x/9/F");
});

test("topics: what they are of, and what is of nothing", () => {
  const bare = UUID.replaceAll("-", "");
  expect(configTopic("homeassistant", UUID, 7)).toBe(`homeassistant/device/${BASE}/config`);
  for (const topic of [configTopic("ha/x", UUID, 7), availabilityTopic("ha/x", UUID, 7)]) {
    expect(deviceOfTopic("ha/x", topic)).toEqual({ product: bare, uid: 7 });
    expect(deviceOfTopic("ha", topic)).toBeNull();
  }
  for (const topic of [
    "",
    "ha",
    "ha/device",
    "ha/status",
    `ha/device/${BASE}/config/x`,
    "ha/device/fieldcast_1_2/config",
  ])
    expect(deviceOfTopic("ha", topic)).toBeNull();
  expect(["homeassistant/status", "ha/status", "ha/x/status"].map((topic) => isStatusTopic("ha", topic))).toEqual([
    true,
    true,
    false,
  ]);
});

test("a component that goes is named with its platform once, then left out", () => {
  const two = describe(device([field("INT"), field("BOOL", { id: "G" })]), TOPICS, "1", null);
  const one = describe(device([field("INT")]), TOPICS, "1", null);
  const set = describe(device([field("INT")], { mayRecord: true }), TOPICS, "1", null);
  const first = nextConfig(null, two);
  expect(JSON.parse(first)).toEqual(JSON.parse(JSON.stringify(two)));
  const between = nextConfig(first, one);
  expect(JSON.parse(between).cmps.G_binary_sensor).toEqual({ p: "binary_sensor" });
  expect(nextConfig(between, one)).toBe(JSON.stringify(one));
  // another platform is another component
  const turned = JSON.parse(nextConfig(JSON.stringify(one), set)).cmps;
  expect(Object.keys(turned)).toEqual(["F_number", "F_sensor"]);
  expect(turned.F_sensor).toEqual({ p: "sensor" });
});
