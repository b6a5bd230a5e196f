import { Refusal } from "../base/errors.ts";
import type { Core } from "./core.ts";
import type { Links } from "./links.ts";
import { hashSecret, newSecret } from "./secret.ts";
import type { Asker, Identity, IdentityFlow, SignedIn } from "./types.ts";

/** How long a browser may stay at the other service, µs. */
const LIFE = 10 * 60 * 1e6;
/** Browsers that are there at the same time; then the oldest has to begin again. */
const MOST = 1000;

/** Signing in with an account at another service. It lets in whom this instance knows or has invited, and nobody else. */
export class Elsewhere {
  private readonly flows = new Map<string, { readonly flow: IdentityFlow; readonly until: number }>();

  constructor(
    private readonly core: Core,
    private readonly links: Links,
  ) {}

  /** Remembers what a browser began. @returns the secret that this browser keeps */
  begun(flow: IdentityFlow): string {
    const { random, micros } = this.core.needs;
    const now = micros();
    for (const [key, { until }] of this.flows) if (until <= now || this.flows.size >= MOST) this.flows.delete(key);
    const secret = newSecret(random);
    this.flows.set(hashSecret(secret), { flow, until: now + LIFE });
    return secret;
  }
  /** What the browser with this secret began, once. @throws Refusal sign_in_failed */
  take(secret: string): IdentityFlow {
    const key = hashSecret(secret);
    const found = this.flows.get(key);
    this.flows.delete(key);
    if (found === undefined || found.until <= this.core.needs.micros())
      throw new Refusal("sign_in_failed", "This did not begin here, or took too long. Begin again.");
    return found.flow;
  }

  /**
   * Signs a browser in as whom the other service says. The first time the account is found by the e-mail address, which the
   * service must have verified; from then on by what the service calls the person.
   * @throws Refusal not_permitted: nobody here has, or is invited by, this address
   */
  async signIn(identity: Identity, asker: Asker): Promise<{ cookie: string; signedIn: SignedIn }> {
    const { store, tell } = this.core.needs;
    const known = await store.identity(identity.issuer, identity.subject);
    const user = known?.user ?? (await this.link(identity, asker));
    return this.core.inTurn(async () => {
      const { email } = this.core.user(user);
      const entered = await this.core.enter(user, null, asker);
      tell({ what: "signed_in", email, user, address: asker.address, detail: identity.issuer });
      return entered;
    });
  }

  private async link({ issuer, subject, email, verified }: Identity, asker: Asker): Promise<number> {
    const { directory, store, micros, tell } = this.core.needs;
    const shown = email ?? "?";
    const refuse = (why: string): Refusal => {
      tell({ what: "sign_in_refused", email: shown, user: null, address: asker.address, detail: issuer });
      return new Refusal("not_permitted", why);
    };
    if (email === null || !verified)
      throw refuse(
        "The sign-in service does not say that your e-mail address is verified; that is needed the first time.",
      );
    const user = directory.userByEmail(email)?.uid ?? (await this.links.acceptVerified(email, asker));
    if (user === null) throw refuse(`${email} has no account here and is not invited. Ask a member for an invitation.`);
    await store.change([{ op: "identity_put", identity: { issuer, subject, user, created: micros() } }]);
    tell({ what: "identity_linked", email, user, address: asker.address, detail: issuer });
    return user;
  }
}
