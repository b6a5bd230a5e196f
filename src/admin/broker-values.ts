import { z } from "zod";
import { MOST_ROUTES, PLAIN_LEAVES, routeSchema } from "../bridges/routes.ts";
import { BROKER_PROTOCOLS } from "../bridges/types.ts";
import {
  BROKER_RULE,
  isBrokerAddress,
  isCertificate,
  isClientId,
  isCredential,
  isPrivateKey,
  isServerName,
  LONGEST_SESSION,
  MOST_ADDRESSES,
  MOST_HOPS,
  MOST_KEEP_ALIVE,
} from "../fleet/brokers.ts";
import { isDescription, RULE } from "../fleet/rules.ts";
import * as values from "./values.ts";

/** What is said of external brokers, in the words of the API. */

const ruled = (is: (text: string) => boolean, rule: string, most: number) =>
  z.string().max(most, `allowed is ${rule}`).refine(is, `allowed is ${rule}`).meta({ description: rule });
const credential = ruled(isCredential, BROKER_RULE.credential, 65_535);

export const name = values.name;
export const account = values.name.meta({
  description: "Name of the API user of the workspace as which it acts: what that may not do, it does not do either.",
});
const plain = {
  name,
  description: ruled((text) => text === "" || isDescription(text), RULE.description, 2000),
  addresses: z
    .array(ruled(isBrokerAddress, BROKER_RULE.address, 500))
    .min(1)
    .max(MOST_ADDRESSES)
    .meta({ description: "Tried in turn; the first one is gone back to." }),
  protocol: z
    .enum(BROKER_PROTOCOLS)
    .meta({ description: "auto: MQTT 5, or 3.1.1 with a broker that does not speak it." }),
  username: credential.nullable(),
  ca: ruled(isCertificate, BROKER_RULE.certificate, 262_144)
    .nullable()
    .meta({ description: "PEM: who signs its certificate; null: those that the system trusts." }),
  certificate: ruled(isCertificate, BROKER_RULE.certificate, 262_144)
    .nullable()
    .meta({ description: "PEM: the certificate that is shown to it." }),
  server_name: ruled(isServerName, BROKER_RULE.serverName, 253)
    .nullable()
    .meta({ description: "The name that its certificate is for (SNI); null: that of the address." }),
  client_id: ruled(isClientId, BROKER_RULE.clientId, 200),
  keep_alive: z
    .int()
    .min(5)
    .max(MOST_KEEP_ALIVE)
    .meta({ description: "Seconds; a broken connection is noticed within one and a half of it." }),
  session_expiry: z
    .int()
    .min(0)
    .max(LONGEST_SESSION)
    .meta({ description: "Seconds that it keeps our session while we are away." }),
  hops: z.int().min(1).max(MOST_HOPS).meta({
    description:
      "A forwarded message that came through so many brokers is not forwarded to this one. 1: what came from another broker is not passed on.",
  }),
  account,
  paused: z.boolean(),
  routes: z
    .array(routeSchema(PLAIN_LEAVES))
    .max(MOST_ROUTES)
    .meta({ description: "What is carried between it and us." }),
};
const secrets = {
  password: credential.nullable().meta({ description: "Or a token. Never shown again.", writeOnly: true }),
  key: ruled(isPrivateKey, BROKER_RULE.key, 65_536)
    .nullable()
    .meta({ description: "PEM: the key of the certificate. Never shown again.", writeOnly: true }),
};
const { name: _, addresses, account: acting, ...optional } = plain;
export const created = z.strictObject({
  name,
  addresses,
  account: acting,
  ...z.strictObject({ ...optional, ...secrets }).partial().shape,
});
export const changed = z.strictObject({ ...plain, ...secrets }).partial();
export type BrokerGiven = z.output<typeof changed>;

const step = z.object({
  step: z.enum(["name", "tcp", "tls", "websocket", "login", "subscribe"]),
  ok: z.boolean(),
  ms: z.int(),
  text: z.string().meta({ description: "What was found, or what failed, in words." }),
});
/** An external broker, as answers have it. */
export const shown = z
  .object({
    broker: z.int().meta({ description: "Its number." }),
    workspace: z.string(),
    ...plain,
    account: z.string().nullable().meta({ description: "null: that account is gone, and nothing is carried." }),
    has_password: z.boolean().meta({ description: "Whether there is a password; it is never shown." }),
    has_key: z.boolean(),
    created: values.time,
    state: z.enum(["pending", "connected", "error", "paused"]),
    reason: z.string().nullable().meta({ description: "Why it is in error, in words." }),
    since: values.time.nullable(),
    address: z.string().nullable().meta({ description: "Where it is connected, or was tried last." }),
    connected_protocol: z.enum(["5", "3.1.1", "3.1"]).nullable(),
    next_try: values.time.nullable(),
    messages_in: z.int().meta({ description: "Since the server started." }),
    messages_out: z.int().meta({ description: "Those that it acknowledged, since the server started." }),
    refused_in: z.int(),
    refused_out: z.int(),
    dropped: z
      .int()
      .meta({ description: "Messages that were too old to be sent, or let go of since it was too far behind." }),
    in_flight: z.int().meta({ description: "Sent, and not acknowledged yet." }),
    lag_rows: z.int().meta({ description: "Rows of the log that it is behind." }),
    lag_seconds: z.number(),
    troubles: z
      .array(z.object({ route: z.int(), reason: z.string() }))
      .meta({ description: "Routes that carry nothing, and why." }),
  })
  .meta({ id: "ExternalBroker", description: "A broker elsewhere that messages are exchanged with." });
export const event = z
  .object({
    event: z.int(),
    time: values.time,
    what: z.enum(["connected", "disconnected", "error", "refused", "dropped", "paused", "resumed", "note"]),
    text: z.string(),
  })
  .meta({ id: "ExternalBrokerEvent", description: "Something that happened to the connection with a broker." });
export const tested = z
  .object({ ok: z.boolean(), tries: z.array(z.object({ address: z.string(), ok: z.boolean(), steps: z.array(step) })) })
  .meta({ id: "ExternalBrokerTest", description: "What came of trying its addresses, step by step." });
