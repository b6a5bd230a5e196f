import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { inspectStreams } from "./inspect.ts";
import { checked } from "./checked.ts";
import type { OperationsDeps, StreamTable } from "./types.ts";

/** Nobody leaves a trace on by mistake: an hour is the most. */
export const MOST_SECONDS = 3600;

const text = z.string().min(1).max(65_535);
const wish = z
  .strictObject({
    client: text.optional(),
    account: text.optional(),
    remote: z.string().min(1).max(64).optional(),
    seconds: z.number().min(1).max(MOST_SECONDS),
    payload: z.boolean().default(false),
  })
  .refine(({ client, account, remote }) => client !== undefined || account !== undefined || remote !== undefined, {
    message: "say whose packets: a client, an account or an address",
  });

/** What the server answers with lines as they come: `trace` and `inspect`. Rejects with a Refusal as operations do. */
export function streams(deps: OperationsDeps): StreamTable {
  return {
    ...inspectStreams(deps),
    trace: checked(wish, async ({ client, account, remote, seconds, payload }) => {
      if (!deps.sessions) throw new Refusal("not_available", "Only a running server has clients to trace.");
      const chosen = {
        payload,
        ...(client !== undefined && { client }),
        ...(account !== undefined && { principal: deps.fleet.accountKey(account) }),
        ...(remote !== undefined && { remote }),
      };
      return deps.sessions.trace(chosen, seconds);
    }),
  };
}
