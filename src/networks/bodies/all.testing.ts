import type { NetworkRequest } from "../types.ts";
import type { Body } from "./body.testing.ts";
import { CHIRPSTACK, CHIRPSTACK_V3 } from "./chirpstack.testing.ts";
import {
  ACTILITY_BODIES,
  AWS_BODIES,
  EVERYNET_BODIES,
  HELIUM_BODIES,
  KPN_BODIES,
  LORIOT_BODIES,
  MACHINEQ_BODIES,
  MILESIGHT_BODIES,
  ORBIWISE_BODIES,
  TEKTELIC_BODIES,
  WANESY_BODIES,
} from "./others.testing.ts";
import { TTI } from "./tti.testing.ts";

/** Requests of every network and kind of event. */
export const BODIES: readonly Body[] = [
  ...TTI,
  ...CHIRPSTACK,
  ...CHIRPSTACK_V3,
  ...HELIUM_BODIES,
  ...LORIOT_BODIES,
  ...ACTILITY_BODIES,
  ...MILESIGHT_BODIES,
  ...WANESY_BODIES,
  ...EVERYNET_BODIES,
  ...TEKTELIC_BODIES,
  ...AWS_BODIES,
  ...KPN_BODIES,
  ...ORBIWISE_BODIES,
  ...MACHINEQ_BODIES,
];

/** A moment for requests that do not say one. */
export const NOW = Date.parse("2026-11-29T12:00:00Z");

/** A body as the request that brings it. */
export function requestOf({ query = {}, headers = {}, json, bytes }: Partial<Body>): NetworkRequest {
  const body = bytes === undefined ? new TextEncoder().encode(JSON.stringify(json)) : Buffer.from(bytes, "hex");
  const contentType = bytes === undefined ? "application/json" : "application/octet-stream";
  return { body, contentType, query, headers, now: NOW };
}
