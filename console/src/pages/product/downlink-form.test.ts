import { describe, expect, test } from "bun:test";
import type { Downlink } from "../../api/fleet.ts";
import { downlinkBodyOf, downlinkFormOf, NEW_DOWNLINK } from "./downlink-form.ts";

const DOWNLINK: Downlink = {
  name: "set",
  product: "p",
  description: "Interval",
  sent_by: "field",
  target: "ECHO",
  port: 10,
  confirmed: true,
  replace: false,
  fields: ["MODE"],
  triggers: ["INTERVAL"],
  active: false,
  wait: 7200,
  made_by: "encoder",
  encoder: "function Encoder() { return [1]; }",
  field: null,
  hex: null,
  text: null,
};

describe("the form of a product's downlink", () => {
  test("what was read goes back as it was", () => {
    expect(downlinkBodyOf(downlinkFormOf(DOWNLINK))).toEqual({
      encoder: "function Encoder() { return [1]; }",
      sent_by: "field",
      target: "ECHO",
      description: "Interval",
      port: 10,
      confirmed: true,
      replace: false,
      fields: ["MODE"],
      triggers: ["INTERVAL"],
      active: false,
      wait: 7200,
    });
  });

  test("of four ways to make it one is sent, and a target only with its own way", () => {
    const body = downlinkBodyOf({ ...NEW_DOWNLINK, madeBy: "hex", content: { ...NEW_DOWNLINK.content, hex: "01" } });
    expect([body.hex, body.encoder, body.target]).toEqual(["01", undefined, undefined]);
  });
});
