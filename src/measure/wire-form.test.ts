import { expect, test } from "bun:test";
import { wireForm } from "./wire-form.ts";

test("results have the API's form: underscores, times in UTC; what people named stays", () => {
  const time = 1_700_000_000_000_000;
  const given = {
    connectedAt: time,
    disconnectedAt: null,
    nextSweep: time + 1,
    bytesIn: 12,
    lastEnd: { byClient: true, time },
    "my-product": 1,
    TEMPERATURE: 1,
    "annSmith@example.com": 2,
    tokens: [{ newTokens: 0, expires: time }, null],
    measurements: time,
    metadata: { builtBy: "ann", time },
    time: "as a text",
  };
  expect(wireForm(given)).toEqual({
    connected_at: "2023-11-14T22:13:20Z",
    disconnected_at: null,
    next_sweep: "2023-11-14T22:13:20.000001Z",
    bytes_in: 12,
    last_end: { by_client: true, time: "2023-11-14T22:13:20Z" },
    "my-product": 1,
    TEMPERATURE: 1,
    "annSmith@example.com": 2,
    tokens: [{ new_tokens: 0, expires: "2023-11-14T22:13:20Z" }, null],
    measurements: time,
    metadata: { builtBy: "ann", time },
    time: "as a text",
  });
});
