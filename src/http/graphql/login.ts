import { Refusal } from "../../base/errors.ts";
import { type GraphContext, orWhy } from "./context.ts";
import { userNode } from "./users.ts";

/** How long a token of `login` is good, µs: clients of the platform keep it. */
const GOOD_FOR = 90 * 86_400_000_000;
const NAME = "login";
/** Tokens of one user that come of logins; the oldest go. */
const MOST = 20;

/** Root fields of mutations. */
export const LOGIN = {
  /** A new personal token for an address and a password; what is wrong is told in `error`, with 200. */
  async login(
    _: unknown,
    { email, password, otpToken }: { email: string; password: string; otpToken?: string | null },
    context: GraphContext,
  ) {
    const nothing = { token: null, accessToken: null, refreshToken: null, user: null };
    const answer = await orWhy(async () => {
      const { people, fleet } = context.deps;
      if (!people) throw new Refusal("not_available", "Nobody signs in on this server.");
      const credentials = { email, password, ...(otpToken && { code: otpToken }) };
      const user = await people.service.identify(credentials, { address: context.address, agent: "" });
      const node = userNode(context, user);
      if (node === null) throw new Refusal("sign_in_failed", "There is no such account any more.");
      const by = { key: node.key, name: node.email, from: context.address };
      const old = fleet.listTokens(node.email).filter(({ name }) => name === NAME);
      for (const { uid } of old.slice(0, Math.max(0, old.length - MOST + 1))) await fleet.revokeToken(String(uid), by);
      const { token } = await fleet.createToken(node.email, { name: NAME, expires: context.now + GOOD_FOR, by });
      return { ok: true, error: null, token, accessToken: token, refreshToken: null, user: node };
    });
    return { ...nothing, ...answer };
  },
};
