import { errorText, Refusal } from "../../base/errors.ts";
import type { Verdict } from "../../networks/downlinks/types.ts";
import { short } from "../../networks/downlinks/wire.ts";

/** Where a downlink goes, for people, and what is heard of it afterwards. */
export interface Way {
  readonly title: string;
  readonly acknowledges: boolean;
  readonly reports: boolean;
}
export const TAKEN: Verdict = { is: "accepted", ids: [] };
const SILENT = { acknowledges: false, reports: false };
export const HTTP: Way = { title: "the server", ...SILENT };
export const BROKER: Way = { title: "the external broker", ...SILENT };
export const SPARKPLUG: Way = { title: "the edge node", ...SILENT };
export const FIELDS: Way = { title: "the device's fields", ...SILENT };

/** A request that failed: what may not be asked may not be asked in a minute either, everything else may pass. */
export function notAsked(error: unknown): Verdict {
  if (error instanceof Refusal) return { is: "refused", reason: error.message };
  return { is: "later", reason: short(errorText(error)), seconds: null };
}
/** Values that were not written. @throws what is no refusal */
export function notWritten(error: unknown): Verdict {
  if (!(error instanceof Refusal)) throw error;
  const isPassing = error.code === "storage_unavailable" || error.code === "overloaded";
  const bad = error.rows?.map(({ field, message }) => `${field ?? ""}: ${message}`).join("; ");
  const reason = bad === undefined || bad === "" ? error.message : bad;
  return isPassing ? { is: "later", reason, seconds: null } : { is: "refused", reason };
}

/** What is handed to somebody who may not be there. @param verdict null: nobody is */
const handed = (none: string) => async (verdict: Promise<Verdict> | Verdict | null) => {
  const refused: Verdict = { is: "refused", reason: none };
  return (await verdict) ?? refused;
};
export const toBroker = handed("no connection to an external broker is set up");
export const toNode = handed("no edge node of Sparkplug B speaks for the device");
