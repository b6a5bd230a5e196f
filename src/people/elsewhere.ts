import { Refusal } from "../base/errors.ts";
import type { Micros } from "../base/types.ts";
import type { Core } from "./core.ts";
import type { Joining } from "./joining.ts";
import { Sealed } from "./sealed.ts";
import { hashSecret } from "./secret.ts";
import type { Asker, Identity, IdentityFlow, SignedIn } from "./types.ts";

/** How long a browser may stay at the other service, µs. */
const LIFE = 10 * 60 * 1e6;
/** Ended flows that are remembered, so that none is taken twice. Only who came back from the other service is among them. */
const MOST_TAKEN = 10_000;

/** Signing in with an account at another service. It lets in whom this instance knows or has invited, and nobody else. */
export class Elsewhere {
  private readonly sealed: Sealed;
  /** States of flows that were taken, and until when they would have been good. */
  private readonly taken = new Map<string, Micros>();

  constructor(
    private readonly core: Core,
    private readonly joining: Joining,
  ) {
    const { store, random } = core.needs;
    const { revisions } = store;
    this.sealed = new Sealed(random, revisions ? keyOf(revisions.secret) : undefined);
  }
  /** Another node may look at it later: by the clock of the wall then. */
  private get now(): Micros {
    const { store, clock, micros } = this.core.needs;
    return store.revisions ? micros() : clock.steady();
  }

  /**
   * What a browser began, sealed for it to keep. Nothing is kept here: strangers who begin again and again must not push out
   * those who are on their way.
   */
  begun(flow: IdentityFlow): string {
    return this.sealed.seal(JSON.stringify({ ...flow, until: this.now + LIFE }));
  }
  /** What the browser with this text began, once, whichever node it comes back to. @throws Refusal sign_in_failed */
  async take(text: string): Promise<IdentityFlow> {
    const opened = this.sealed.open(text);
    const kept = opened === null ? null : (JSON.parse(opened) as IdentityFlow & { until: Micros }); // sealed by `begun`
    if (kept === null || kept.until <= this.now || !(await this.spend(kept)))
      throw new Refusal("sign_in_failed", "This did not begin here, or took too long. Begin again.");
    const { until: _, ...flow } = kept;
    return flow;
  }
  /** Whether it was not taken before. */
  private async spend({ state, until }: IdentityFlow & { readonly until: Micros }): Promise<boolean> {
    const { now } = this;
    const { revisions } = this.core.needs.store;
    if (revisions) return revisions.spend(`flow ${hashSecret(state)}`, until, now);
    if (this.taken.has(state)) return false;
    for (const [one, end] of this.taken)
      if (end <= now || this.taken.size >= MOST_TAKEN) this.taken.delete(one);
      else break;
    this.taken.set(state, until);
    return true;
  }

  /**
   * Signs a browser in as whom the other service says. The first time the account is found by the e-mail address, which the
   * service must have verified; from then on by what the service calls the person.
   * @throws Refusal not_permitted: nobody here has, or is invited by, this address
   */
  async signIn(identity: Identity, asker: Asker): Promise<{ cookie: string; signedIn: SignedIn }> {
    const { store } = this.core.needs;
    const known = await store.identity(identity.issuer, identity.subject);
    const user = known?.user ?? (await this.link(identity, asker));
    return this.core.inTurn(() => this.core.enter(user, null, asker, identity.issuer));
  }

  private async link(identity: Identity, asker: Asker): Promise<number> {
    const { issuer, subject, email, verified } = identity;
    const { directory, micros, tell } = this.core.needs;
    const shown = email ?? "?";
    const refuse = (why: string): Refusal => {
      tell({ what: "sign_in_refused", email: shown, user: null, address: asker.address, detail: issuer });
      return new Refusal("not_permitted", why);
    };
    if (email === null || !verified)
      throw refuse(
        "The sign-in service does not say that your e-mail address is verified; that is needed the first time.",
      );
    const user = directory.userByEmail(email)?.uid;
    if (user !== undefined) {
      await this.core.change([{ op: "identity_put", identity: { issuer, subject, user, created: micros() } }], {
        what: "identity_linked",
        email,
        user,
        address: asker.address,
        detail: issuer,
      });
      return user;
    }
    const joined = await this.joining.acceptVerified({ ...identity, email }, asker);
    if (joined === null)
      throw refuse(`${email} has no account here and is not invited. Ask a member for an invitation.`);
    return joined;
  }
}

/** For this alone, of what all nodes have in common. */
function keyOf(secret: Uint8Array): Uint8Array {
  return new Bun.CryptoHasher("sha256").update("fieldcast flows").update(secret).digest();
}
