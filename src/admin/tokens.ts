import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { rotateToken } from "../fleet/edit/accounts.ts";
import type { TokenInfo } from "../fleet/service.ts";
import { checked } from "./checked.ts";
import type { OperationsDeps } from "./types.ts";
import * as values from "./values.ts";

/** Access tokens, by number, last characters or themselves. */

const schemas = {
  create: z.strictObject({ owner: values.named, name: z.string().max(200).optional(), expires: z.number().optional() }),
  list: z.strictObject({ owner: values.named.optional() }),
  revoke: z.strictObject({ which: values.named }),
  rotate: z.strictObject({
    which: values.named,
    graceSeconds: z.int().min(0).max(2_592_000).default(86_400),
    expires: z.number().nullable().optional(),
  }),
};

/** Managing access tokens. @throws Refusal not_found, invalid_request, storage_unavailable */
export function tokenOperations({ fleet }: OperationsDeps) {
  return {
    tokenCreate: checked(schemas.create, ({ owner, name, expires }) =>
      fleet.createToken(owner, {
        ...(name !== undefined && { name: plainText(name) }),
        ...(expires !== undefined && { expires }),
      }),
    ),
    tokenList: checked(schemas.list, async ({ owner }): Promise<TokenInfo[]> => fleet.listTokens(owner)),
    tokenRevoke: checked(schemas.revoke, ({ which }) => fleet.revokeToken(which)),
    tokenRotate: checked(schemas.rotate, async ({ which, graceSeconds, expires }) => {
      const old = fleet.tokenOf(which);
      const until = expires === undefined ? old.expires : expires;
      const token = await fleet.edit((draft) => rotateToken(draft, old, graceSeconds * 1_000_000, until));
      return { old: old.uid, graceSeconds, ...fleet.tokenInfo(token), secret: token };
    }),
  };
}

/** Titles are shown in terminals and pages. */
function plainText(text: string): string {
  if (/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text))
    throw new Refusal("invalid_request", "A name must not hold control characters.");
  return text;
}
