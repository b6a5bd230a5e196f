import { secondsLeft } from "../../base/expiry.ts";
import type { Principal } from "../../auth/principal.ts";
import type { Clock, Micros } from "../../base/types.ts";
import type { OutMessage } from "../../bridges/client/types.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Seq } from "../../store/ports.ts";

/** A message on its way to a remote; it is the token by which its acknowledgement is known. */
export interface Leaving {
  readonly seq: Seq;
  /** Place of its route. */
  readonly route: number;
  /** µs of the wall clock; null: its route has no age limit. */
  readonly time: Micros | null;
  /** Of the route: it is not sent any more when it is older, µs. */
  readonly maxAge: Micros | null;
  /** Steady Unix seconds after which nobody is to get it; 0: none. */
  readonly deadline: number;
  /** What its account must be able to view, or to receive, when it is sent. */
  readonly device: DeviceNode | null;
  readonly local: string;
  /** Bytes that it is counted with. */
  readonly size: number;
  message: OutMessage<Leaving | null> | null;
  /** A script makes it; then `message` is set, or nothing is sent. */
  making: Promise<void> | null;
  isOver: boolean;
  /** How often the remote said that a limit of it is reached. */
  tries: number;
  /** Hears what became of it; null: nobody asked. */
  told: ((reason: number) => void) | null;
}

interface Sender {
  readonly clock: Clock;
  readonly broker: { readonly workspace: number };
  principal(): Principal | null;
}
/** Why it is not to be sent any more; null: it is. */
export function whyNot(
  { time, maxAge, deadline, device, local }: Leaving,
  { clock, broker, principal }: Sender,
): string | null {
  if (deadline > 0 && deadline * 1e6 < clock.steady()) return `A message on ${local} has expired.`;
  if (maxAge !== null && time !== null && clock.micros() - time > maxAge)
    return `A value of ${local} is older than its route sends.`;
  const who = principal();
  const may =
    who !== null &&
    (device === null ? mayForward(who, broker.workspace, local) : !device.deleted && who.mayView(device));
  return may ? null : `Its account may not read ${local} any more.`;
}
/** Whether a message on a free topic of the workspace, or of its account's own, may go to a remote at this moment. */
export function mayForward(who: Principal, workspace: number, topic: string): boolean {
  return who.mayReceive(workspace, topic) || who.free?.isOwn(topic) === true;
}

/** What is left of its time goes along [MQTT-3.3.2-6]. */
export function expiring(
  message: OutMessage<Leaving | null>,
  deadline: number,
  now: number,
): OutMessage<Leaving | null> {
  return { ...message, properties: { ...message.properties, messageExpiryInterval: secondsLeft(deadline, now) } };
}
