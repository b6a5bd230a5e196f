import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { EVENT_KINDS } from "../store/ports.ts";
import { atTheCommandLine } from "./actor.ts";
import { checked } from "./checked.ts";
import * as values from "./values.ts";
import { eventWish } from "./events.ts";
import type { OperationsDeps, StreamTable } from "./types.ts";

/** Times in µs. */
const wish = z.strictObject({
  device: values.named.optional(),
  account: values.named.optional(),
  kind: z.enum(EVENT_KINDS).optional(),
  since: z.number(),
});

/** The stream `inspect` of the running server. Rejects with a Refusal as operations do. */
export function inspectStreams(deps: OperationsDeps): StreamTable {
  return {
    inspect: checked(wish, async ({ since, ...named }) => {
      if (!deps.inspect) throw new Refusal("not_available", "Only a running server can be watched.");
      return deps.inspect({ since, ...eventWish(atTheCommandLine(deps), named) });
    }),
  };
}
