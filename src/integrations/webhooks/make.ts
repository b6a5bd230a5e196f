import { errorText } from "../../base/errors.ts";
import type { Webhook } from "../../fleet/types.ts";
import type { Form, Rendered } from "./forms.ts";
import type { HookHost, Tried } from "./hook-host.ts";
import type { Item } from "./items.ts";
import { signedHeaders } from "./sign.ts";

/**
 * What is to be sent. `nobody`: its account is gone; `nothing`: nobody needs to hear of it, or may; `unfit`: the template cannot be filled.
 */
type Made =
  | { readonly outcome: "nobody" | "nothing" }
  | { readonly outcome: "unfit"; readonly tried: Tried; readonly error: string }
  | { readonly outcome: "made"; readonly tried: Tried; readonly whole: Rendered };

/** What is said of a request that was never made, before why. */
export const UNFIT = "The template cannot be filled: ";

/** Makes the request of some items, by the rights and the fleet of this moment. @param tries with this one */
export function makeRequest(
  host: Pick<HookHost, "mayView" | "workspace" | "clock">,
  row: Webhook,
  form: () => Form,
  items: readonly Item[],
  tries: number,
): Made {
  const mayView = host.mayView();
  if (mayView === null) return { outcome: "nobody" };
  const events = items
    .filter((item) => item.isDue() && (item.device === null || mayView(item.device)))
    .map((item) => item.sent(host.workspace()));
  const [first] = events;
  if (first === undefined) return { outcome: "nothing" };
  const id = events.length === 1 ? first.id : `${first.id}-${events.length}`;
  const about = { id, events: events.length, tries };
  try {
    const rendered = form().render(events);
    const signed = signedHeaders(row, id, rendered.body, host.clock.micros());
    const headers = { "user-agent": "fieldcast", ...rendered.headers, ...signed };
    return { outcome: "made", tried: { ...about, rendered }, whole: { body: rendered.body, headers } };
  } catch (error) {
    const tried = { ...about, rendered: { body: "", headers: {} } };
    return { outcome: "unfit", tried, error: `${UNFIT}${errorText(error)}` };
  }
}
