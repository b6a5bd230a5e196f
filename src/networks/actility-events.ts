import type { Own } from "./draft.ts";
import { countOf, flagOf, type Json, numberOf, positionOf, textOf } from "./values.ts";

/** A downlink that was sent, or was not. */
export function sent(message: Json): Own {
  const reason = flagOf(message.DeliveryStatus) === false ? causeOf(message) : null;
  return {
    kind: reason === null ? "sent" : "failed",
    text: reason === null ? "A downlink was sent." : `A downlink was not sent: ${reason}.`,
    downlink: reportOf(message, reason),
  };
}

/** A downlink that was not even tried. */
export function rejected(message: Json): Own {
  const reason = causeOf(message);
  return { kind: "failed", text: `A downlink was rejected: ${reason}.`, downlink: reportOf(message, reason) };
}

/** The causes of both windows and of the ping slot, as ThingPark codes them; `00` is none. */
function causeOf(message: Json): string {
  const named = textOf(message.DownlinkRejectionCause) ?? textOf(message.Cause) ?? textOf(message.RejectionCause);
  if (named !== null) return named;
  const codes = ["DeliveryFailedCause1", "DeliveryFailedCause2", "DeliveryFailedCause3"].flatMap((key) => {
    const code = textOf(message[key]);
    return code === null || code === "00" ? [] : [`${key} ${code}`];
  });
  return codes.length === 0 ? "ThingPark does not say why" : codes.join(", ");
}

function reportOf(message: Json, reason: string | null) {
  const id = textOf(message.CorrelationID);
  return { ids: id === null ? [] : [id], counter: countOf(message.FCntDn), port: countOf(message.FPort), reason };
}

/** Where the network found the device to be. */
export function location(message: Json): Own {
  const position = positionOf(message.DevLAT, message.DevLON);
  const text =
    position === null
      ? "The network told no position."
      : `The network found the device at ${position.lat}, ${position.lng}.`;
  return { kind: "location", text, location: position };
}

/** A join, a status, or other news of the network. */
export function notification(message: Json): Own {
  const type = textOf(message.Type) ?? "without a type";
  if (/join/i.test(type)) return { kind: "join", text: "The device joined the network." };
  const battery = numberOf(message.BatteryLevel);
  return {
    kind: battery === null ? "log" : "status",
    text: `A notification ${type}.`,
    battery: battery !== null && battery > 0 && battery < 255 ? Math.round((battery / 254) * 100) : null,
  };
}
