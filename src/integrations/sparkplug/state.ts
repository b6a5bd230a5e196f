import type { Principal } from "../../auth/principal.ts";
import type { Sparkplug } from "../../fleet/types.ts";
import type { PublishRefusal } from "../../ingest/refused.ts";
import { commandTopic, type Speaker, stateTopic } from "../../sparkplug/topics.ts";
import type { Metric } from "../../sparkplug/types.ts";
import { writing } from "../../sparkplug/values.ts";
import { writePayload } from "../../sparkplug/write.ts";
import { objectIn } from "../downlinks/stored.ts";
import type { SparkplugNeeds } from "./types.ts";

/** What a host publishes: its STATE, and commands. */

type Needs = Pick<SparkplugNeeds, "publish" | "clock">;

/** As what it publishes, beside its account. */
const clientOf = ({ host }: Sparkplug) => `sparkplug ${host}`;
const millis = ({ clock }: Needs) => Math.floor(clock.micros() / 1000);

/**
 * That the host is there, or not any more: retained, at QoS 1. The host is a part of the server, so there is no connection that could end without it: the
 * death is published when the host stops, and after a crash the birth of the next start takes the place of the one before.
 * [tck-id-host-topic-phid-birth-qos] [tck-id-host-topic-phid-birth-retain] [tck-id-host-topic-phid-death-qos] [tck-id-host-topic-phid-death-retain]
 * @returns why it could not
 */
export function publishState(
  needs: Needs,
  row: Sparkplug,
  principal: Principal,
  online: boolean,
): PublishRefusal | null {
  // [tck-id-host-topic-phid-birth-payload] [tck-id-host-topic-phid-death-payload]
  const payload = new TextEncoder().encode(JSON.stringify({ online, timestamp: millis(needs) }));
  return needs.publish(principal, clientOf(row), { topic: stateTopic(row.host), payload, qos: 1, retain: true });
}
/** Whether somebody else says on the host's own topic that it is not there. */
export function isDenied(payload: Uint8Array): boolean {
  return objectIn(new TextDecoder().decode(payload))?.online === false;
}

/**
 * A command: NCMD or DCMD, QoS 0, not retained, without a number. [tck-id-topics-ncmd-mqtt] [tck-id-topics-dcmd-mqtt] [tck-id-payloads-ncmd-seq]
 * @returns why it could not be sent
 */
export function publishCommand(
  needs: Needs,
  row: Sparkplug,
  principal: Principal,
  speaker: Speaker,
  metrics: readonly Metric[],
): PublishRefusal | null {
  // [tck-id-topics-ncmd-timestamp] [tck-id-topics-dcmd-timestamp]
  const payload = writePayload({ timestamp: millis(needs), metrics, seq: null, uuid: null, body: null });
  return needs.publish(principal, clientOf(row), { topic: commandTopic(speaker), payload, qos: 0, retain: false });
}
/** [tck-id-operational-behavior-data-commands-ncmd-rebirth-name] [tck-id-operational-behavior-data-commands-ncmd-rebirth-value] */
export function askForBirth(needs: Needs, row: Sparkplug, principal: Principal, node: Speaker): PublishRefusal | null {
  const metric = writing("Node Control/Rebirth", null, "Boolean", true, millis(needs));
  return publishCommand(needs, row, principal, { ...node, device: null }, [metric]);
}
