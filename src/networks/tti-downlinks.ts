import type { Own } from "./draft.ts";
import type { DownlinkReport } from "./types.ts";
import { at, countOf, type Json, objectOf, objectsOf, textOf, textsOf } from "./values.ts";

const DONE: Readonly<Record<"queued" | "sent" | "ack" | "nack", string>> = {
  queued: "A downlink was queued",
  sent: "A downlink was sent",
  ack: "A downlink was acknowledged by the device",
  nack: "A downlink was not acknowledged by the device",
};

/** What became of a downlink. */
export function downlink(kind: keyof typeof DONE, message: Json, envelope: Json): Own {
  const report = reportOf(message, envelope);
  return { kind, text: `${DONE[kind]} on port ${report.port ?? 0}.`, downlink: report };
}

function reportOf(message: Json, envelope: Json, reason: string | null = null): DownlinkReport {
  const ids = [...textsOf(message.correlation_ids), ...textsOf(envelope.correlation_ids)];
  return {
    ids: [...new Set(ids)],
    counter: countOf(message.f_cnt) ?? 0,
    port: countOf(message.f_port) ?? 0,
    reason,
  };
}

/** A downlink that the network gave up, with its own words for why. */
export function failed(message: Json, envelope: Json): Own {
  const reason = reasonOf(objectOf(message.error));
  return {
    kind: "failed",
    text: `A downlink failed: ${reason}`,
    downlink: reportOf(objectOf(message.downlink), envelope, reason),
  };
}

/** An error's own words, with its attributes in their places. */
function reasonOf(error: Json): string {
  const format = textOf(error.message_format) ?? textOf(error.name) ?? "The Things Stack does not say why";
  return format.replace(/\{(\w{1,60})\}/g, (all, name) => textOf(at(error.attributes, name)) ?? all);
}

/** The session changed, or the counter jumped: what was queued is not sent as it is. */
export function invalidated(message: Json, envelope: Json): Own {
  const reason = "the session or its counter changed, so the queue was made anew; send it again if it does not come";
  const ids = objectsOf(message.downlinks).flatMap((one) => reportOf(one, {}).ids);
  return {
    kind: "failed",
    text: `${objectsOf(message.downlinks).length} downlinks were taken from the queue: ${reason}.`,
    downlink: { ...reportOf({}, ids.length > 0 ? {} : envelope, reason), ids, counter: null, port: null },
  };
}
