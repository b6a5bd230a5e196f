import { BadValues } from "../../base/errors.ts";
import type { Draughtsman } from "../plan-draft.ts";

/** Whether devices may be described below a prefix: not where the platform's other topics are. @throws BadValues invalid_request */
export function prefixIsFree({ supplies: { topics } }: Draughtsman, prefix: string | null): void {
  if (prefix === null || !topics || topics.isFree(`${prefix}/device`)) return;
  const message = `Topics that begin with ${topics.prefix} belong to the platform; Home Assistant looks below homeassistant, unless it was told another prefix.`;
  throw new BadValues("invalid_request", [{ path: "home_assistant", message }]);
}
