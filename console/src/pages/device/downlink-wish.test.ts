import { describe, expect, test } from "bun:test";
import type { Downlink, Field } from "../../api/fleet.ts";
import { fieldsOf, formFor, sendBodyOf } from "./downlink-wish.ts";

const FIELDS = [
  { id: "INTERVAL", type: "INT" },
  { id: "MODE", type: "STRING" },
] as unknown as Field[]; // what is asked of a field
const DOWNLINK = {
  name: "set",
  fields: ["MODE"],
  triggers: ["INTERVAL", "MODE"],
  field: null,
  confirmed: true,
  replace: false,
};
const downlink = DOWNLINK as unknown as Downlink; // what is asked of a downlink

describe("what is sent", () => {
  test("values are of their field's type, and those that are not typed stay the device's own", () => {
    const form = { ...formFor(downlink), values: { INTERVAL: "600", MODE: " " } };
    expect(sendBodyOf(form, FIELDS)).toEqual({
      downlink: "set",
      values: { INTERVAL: 600 },
      confirmed: true,
      replace: false,
    });
    expect(sendBodyOf(formFor(downlink), FIELDS)).not.toHaveProperty("values");
  });

  test("as JSON, when it is an object", () => {
    const form = { ...formFor(downlink), json: '{"MODE": "eco"}', wait: 2 };
    expect(sendBodyOf(form, FIELDS)).toEqual({
      downlink: "set",
      values: { MODE: "eco" },
      confirmed: true,
      replace: false,
      wait: 7200,
    });
    for (const json of ["[1]", "{", "3"]) expect(sendBodyOf({ ...form, json }, FIELDS)).toBeNull();
  });

  test.each(["hex", "base64", "text"] as const)("bytes as %s, with their port", (as) => {
    expect(sendBodyOf({ ...formFor(null), as, bytes: "01ff", port: "7" }, FIELDS)).toEqual({
      [as]: "01ff",
      port: 7,
      confirmed: false,
      replace: false,
    });
  });

  test("the fields of a downlink are those that it is made of, each once", () => {
    expect(fieldsOf(downlink)).toEqual(["MODE", "INTERVAL"]);
    expect(fieldsOf({ ...downlink, fields: [], triggers: [], field: "RAW" })).toEqual(["RAW"]);
  });
});
