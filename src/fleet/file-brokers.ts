import { z } from "zod";
import { MOST_ROUTES, routeSchema, TEXT_LEAVES } from "../bridges/routes.ts";
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
} from "./brokers.ts";
import { isDescription, isName, RULE } from "./rules.ts";

/** What a fleet file says of external brokers: "" takes a value away (null). */

const ruled = (is: (text: string) => boolean, rule: string) => z.string().refine(is, `allowed is ${rule}`);
const orNone = (is: (text: string) => boolean, rule: string) =>
  ruled((text) => text === "" || is(text), `${rule}; or "" for none`)
    .transform((text) => (text === "" ? null : text))
    .optional();
const whole = (min: number, max: number) =>
  ruled(
    (text) => /^\d{1,10}$/.test(text) && Number(text) >= min && Number(text) <= max,
    `a whole number from ${min} to ${max}`,
  )
    .transform(Number)
    .optional();

const broker = z.strictObject({
  name: ruled(isName, RULE.name),
  description: ruled((text) => text === "" || isDescription(text), RULE.description).optional(),
  addresses: z.array(ruled(isBrokerAddress, BROKER_RULE.address)).min(1).max(MOST_ADDRESSES),
  protocol: z.enum(BROKER_PROTOCOLS).optional(),
  username: orNone(isCredential, BROKER_RULE.credential),
  password: orNone(isCredential, BROKER_RULE.credential),
  ca: orNone(isCertificate, BROKER_RULE.certificate),
  certificate: orNone(isCertificate, BROKER_RULE.certificate),
  key: orNone(isPrivateKey, BROKER_RULE.key),
  server_name: orNone(isServerName, BROKER_RULE.serverName),
  client_id: ruled(isClientId, BROKER_RULE.clientId).optional(),
  keep_alive: whole(5, MOST_KEEP_ALIVE),
  session_expiry: whole(0, LONGEST_SESSION),
  hops: whole(1, MOST_HOPS),
  /** Name of an API user of the workspace. */
  account: z.string(),
  paused: TEXT_LEAVES.flag.optional(),
  routes: z.array(routeSchema(TEXT_LEAVES)).max(MOST_ROUTES).optional(),
});
export type FileBroker = z.output<typeof broker>;

export const FILE_BROKERS = { brokers: z.array(broker).default([]) };
