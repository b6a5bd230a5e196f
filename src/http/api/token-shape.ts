import { z } from "zod";
import * as values from "../../admin/values.ts";
import { hashToken } from "../../fleet/token.ts";
import type { Token } from "../../fleet/types.ts";
import { printTime } from "../../measure/time.ts";
import type { ApiDeps } from "./route.ts";

/** How the API shows tokens. */

/** A token, without its secret. */
export const token = z
  .object({
    token: z.int().meta({ description: "Its number." }),
    hint: z.string().meta({ description: "Its last four characters." }),
    name: z.string(),
    created: values.time,
    expires: values.time.nullable(),
    last_used: values.time.nullable().meta({ description: "null: never." }),
    last_address: z.string().nullable().meta({ description: "The IP address that used it last." }),
  })
  .meta({ id: "Token", description: "An access token; the token itself is shown once, when it is made." });
/** A token that was just made. */
export const newToken = token
  .extend({ secret: z.string().meta({ description: "The access token itself, shown this once." }) })
  .meta({ id: "NewToken" });

export function showToken({ authority }: ApiDeps, { uid, hint, name, created, expires }: Token) {
  const use = authority.uses.of(uid);
  return {
    token: uid,
    hint,
    name,
    created: printTime(created),
    expires: expires === null ? null : printTime(expires),
    last_used: use && printTime(use.time),
    last_address: use?.address ?? null,
  };
}
/** The token with this secret, which was just committed. */
export function showNew(deps: ApiDeps, secret: string) {
  const row = deps.directory.tokenByHash(hashToken(secret));
  if (!row) throw new Error("the token that was committed is not there");
  return { ...showToken(deps, row), secret };
}
