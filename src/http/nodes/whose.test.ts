import { describe, expect, test } from "bun:test";
import { DESCRIBED } from "../api/index.ts";
import { whoseIs } from "./whose.ts";

/** The address of an operation, with something for each parameter. */
const addressOf = (path: string): string => `/api/v1${path.replaceAll(/\{\w+\}/g, "x1")}`;

describe("which node answers", () => {
  test("each operation of the API is any node's, or of the one that has what it needs", () => {
    const duty = new Set<string>();
    for (const { method, path, id } of DESCRIBED) {
      const whose = whoseIs(method.toUpperCase(), addressOf(path));
      if (whose === "duty") duty.add(id);
      expect([id, whoseIs(method.toUpperCase(), `${addressOf(path)}/`)]).toEqual([id, whose]);
    }
    const some = [
      "createWebhook",
      "streamAlerts",
      "dryRunRule",
      "sendDownlink",
      "testBroker",
      "setSparkplug",
      "tryDecoder",
    ];
    for (const id of [...some, "listBackups", "downloadBackup", "listDevicePasses"])
      expect([id, duty.has(id)]).toEqual([id, true]);
    const others = [
      "recordMeasurements",
      "getHistory",
      "streamMeasurements",
      "listDevices",
      "createDevice",
      "signIn",
      "listSessions",
    ];
    for (const id of [...others, "listNodes", "getSharedHistory"]) expect([id, duty.has(id)]).toEqual([id, false]);
  });

  test.each([
    ["HEAD", "/api/v1/workspaces/w/webhooks", "duty"],
    ["OPTIONS", "/api/v1/workspaces/w/webhooks", "any"],
    ["POST", "/integrations/api/abc/", "duty"],
    ["POST", "/integrations/lorawan/ttn", "duty"],
    ["POST", "/graphql", "duty"],
    ["POST", "/v1/devices/d/record/", "any"],
    ["GET", "/v1/sessions", "any"],
    ["GET", "/healthz", "any"],
    ["GET", "/metrics", "any"],
    ["GET", "/console/assets/a.js", "any"],
    ["GET", "/api/v1/docs", "any"],
    ["GET", "/api/v1/what/is/that", "any"],
    ["GET", "/", "any"],
  ] as const)("%s %s: %s", (method, path, whose) => {
    expect(whoseIs(method, path)).toBe(whose);
  });
});
