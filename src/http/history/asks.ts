import type { Reader } from "../../admin/readable.ts";
import type { Principal } from "../../auth/principal.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { HttpContext } from "../deps.ts";
import type { HistoryRequest } from "./query-request.ts";

/** Who may ask for a history: an account, or who reads by a link. */

export type Asking = Reader & Pick<Principal, "key">;
export interface Asks<R extends Asking> {
  /** @throws Refusal nobody that may ask */
  who(c: HttpContext): R;
  /** Whether these devices may be read now, as the question asks: before it is answered, and again before parts leave. @throws Refusal */
  judge(reader: R, request: Pick<HistoryRequest, "fields">, devices: readonly DeviceNode[]): void;
}
/** Asks whether devices may still be read. @throws Refusal */
export type Still = (devices: Iterable<DeviceNode>) => void;
