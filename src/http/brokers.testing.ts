import { Outgoing } from "../outgoing/outgoing.ts";
import type { BrokerPort } from "../integrations/brokers/types.ts";

/** External brokers that are connected to nothing: what connects is tried in src/integrations/brokers and test/bridges. */
export const STILL_BROKERS: BrokerPort = {
  whyNever: (address) =>
    new Outgoing({ allow: [], timeout: 1, maxAnswer: 1 }).whyNever(address.replace(/^(?:mqtt|ws)(s?):/, "http$1:")),
  status: () => ({
    state: "connected",
    reason: null,
    since: 0,
    address: "mqtts://broker.example.com",
    protocol: "5",
    nextTry: null,
    messagesIn: 1,
    messagesOut: 2,
    refusedIn: 0,
    refusedOut: 0,
    dropped: 0,
    inFlight: 0,
    lagRows: 0,
    lagAge: 0,
    troubles: [],
  }),
  events: async () => [{ event: 1, time: 0, what: "connected", text: "Connected." }],
  test: async () => [
    {
      address: "mqtts://broker.example.com",
      ok: false,
      steps: [{ step: "name", ok: false, ms: 1, text: "no such name" }],
    },
  ],
};
