import { describe, expect, test } from "bun:test";
import type { Webhook } from "../../../../sdk/operations.js";
import { NEW_WEBHOOK, previewBodyOf, reformed, webhookBodyOf, webhookFormOf } from "./webhook-form.ts";

const WEBHOOK: Webhook = {
  webhook: 1,
  workspace: "home",
  name: "ERP",
  url: "https://erp.example.com/in",
  description: null,
  events: ["device_offline", "device_measurement"],
  filter: { products: ["p"], devices: [{ product: "p", device: "d" }], tags: ["hall"], fields: ["TEMP"] },
  headers: { Authorization: null },
  form: "ndjson",
  template: null,
  batch: { max: 7, wait: 3 },
  signature: "github",
  account: "owner@localhost",
  active: true,
  created: "2026-01-01T00:00:00Z",
  state: "active",
  reason: null,
  since: null,
  next_try: null,
  calls: 0,
  failed_calls: 0,
  error_rate: 0,
  dead_letters: 0,
  dropped_events: 0,
  lag_rows: 0,
  lag_seconds: 0,
};

describe("the form of a webhook", () => {
  test("what was read goes back as it was, and headers that were not touched keep their values", () => {
    expect(webhookBodyOf(webhookFormOf(WEBHOOK), false)).toEqual({
      name: "ERP",
      url: "https://erp.example.com/in",
      description: null,
      events: ["device_measurement", "device_offline"],
      filter: { products: ["p"], devices: [{ product: "p", device: "d" }], tags: ["hall"], fields: ["TEMP"] },
      headers: { Authorization: null },
      form: "ndjson",
      template: null,
      batch: { max: 7, wait: 3 },
      signature: "github",
    });
  });

  test("a new one of single events has no batch, and no description where none was written", () => {
    const body = webhookBodyOf({ ...NEW_WEBHOOK, name: "a", url: "https://a.example/" }, true);
    expect(body).not.toHaveProperty("batch");
    expect(body).not.toHaveProperty("description");
    expect(body.template).toBeNull();
  });

  test("a template begins with one event a request, and other forms with many", () => {
    const template = { ...NEW_WEBHOOK, ...reformed(NEW_WEBHOOK, "template") };
    expect([template.batchMax, template.batchWait]).toEqual([1, 0]);
    expect(reformed(template, "ndjson")).toEqual({ form: "ndjson", batchMax: 100, batchWait: 1 });
    expect(reformed({ ...NEW_WEBHOOK, form: "array", batchMax: 7 }, "ndjson")).toEqual({ form: "ndjson" });
  });

  test("headers without a name are left out; a template goes along with its own form alone", () => {
    const headers = [
      { key: 1, name: " X-Key ", value: "k" },
      { key: 2, name: "", value: "lost" },
    ];
    const body = webhookBodyOf({ ...NEW_WEBHOOK, headers, form: "template", template: "{{ value }}" }, true);
    expect(body.headers).toEqual({ "X-Key": "k" });
    expect(body.template).toBe("{{ value }}");
  });

  test.each([
    ["https://", undefined],
    ["https://a.example/x", "https://a.example/x"],
  ])("a preview with the address %p asks with %p, without headers whose values are not known", (url, asked) => {
    const headers = [
      { key: 1, name: "X-A", value: null },
      { key: 2, name: "X-B", value: "b" },
    ];
    const body = previewBodyOf({ ...NEW_WEBHOOK, url, headers }, "device_online");
    expect(body.url).toBe(asked);
    expect(body.headers).toEqual({ "X-B": "b" });
    expect(body.event).toBe("device_online");
    expect(body).not.toHaveProperty("name");
  });
});
