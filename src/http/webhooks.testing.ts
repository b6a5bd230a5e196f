import { Outgoing } from "../outgoing/outgoing.ts";
import type { WebhookPort } from "../integrations/webhooks/types.ts";

/** Webhooks that send nothing: what sends is tried in src/integrations/webhooks and test/client.test.ts. */
export const STILL_WEBHOOKS: WebhookPort = {
  whyNever: (url) => new Outgoing({ allow: ["10.0.0.1"], timeout: 1, maxAnswer: 1 }).whyNever(url),
  status: () => ({
    state: "active",
    reason: null,
    failures: 0,
    nextTry: null,
    calls: 0,
    failed: 0,
    deadLetters: 0,
    dropped: 0,
    lagRows: 0,
    lagAge: 0,
  }),
  calls: async () => [
    {
      call: 1,
      time: 0,
      request: "1-1-a",
      tries: 1,
      events: 1,
      status: 200,
      ms: 3,
      error: null,
      body: "{}",
      answer: "ok",
    },
  ],
  deadLetters: async () => [
    { letter: 1, time: 0, request: "1-1-a", tries: 10, events: 1, error: "no", headers: {}, body: "{}" },
  ],
  replay: async () => 1,
  discard: async () => 1,
  test: async () => ({
    accepted: true,
    status: 200,
    ms: 1,
    error: null,
    request: { headers: {}, body: "{}" },
    answer: "ok",
  }),
  preview: ({ url }) => ({
    event: { id: "1", type: "device_measurement", timestamp: "2026-01-01T12:00:00Z", workspace: "w", data: { url } },
    real: true,
    headers: {},
    body: "{}",
  }),
};
