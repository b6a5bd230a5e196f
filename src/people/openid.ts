import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type Configuration,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from "openid-client";
import { errorText, Refusal } from "../base/errors.ts";
import type { Log } from "../base/types.ts";
import type { Identity, IdentityFlow, IdentityProvider } from "./types.ts";

const TIMEOUT_SECONDS = 10;

interface OpenIdOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly secret: string;
  /** Where the service sends browsers back to. */
  readonly redirect: string;
  readonly log: Log;
}

/** OpenID Connect: authorization code with PKCE, state and nonce. The service's document is read when it is first needed. */
export class OpenIdProvider implements IdentityProvider {
  private configuration: Promise<Configuration> | null = null;

  constructor(private readonly options: OpenIdOptions) {}

  async begin(): Promise<{ url: string; flow: IdentityFlow }> {
    const configuration = await this.configured();
    const flow = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: this.options.redirect,
      scope: "openid email",
      code_challenge: await calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: "S256",
      state: flow.state,
      nonce: flow.nonce,
    });
    return { url: url.href, flow };
  }

  async finish(query: string, flow: IdentityFlow): Promise<Identity> {
    const configuration = await this.configured();
    try {
      const tokens = await authorizationCodeGrant(configuration, new URL(this.options.redirect + query), {
        expectedState: flow.state,
        expectedNonce: flow.nonce,
        pkceCodeVerifier: flow.verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error("there is no ID token");
      // many services tell the address only when they are asked for it
      const told =
        claims.email === undefined ? await fetchUserInfo(configuration, tokens.access_token, claims.sub) : claims;
      const email = typeof told.email === "string" ? told.email.trim().toLowerCase() : null;
      return { issuer: claims.iss, subject: claims.sub, email, verified: told.email_verified === true };
    } catch (error) {
      throw this.failed(error);
    }
  }

  private async configured(): Promise<Configuration> {
    const { issuer, clientId, secret } = this.options;
    const url = new URL(issuer);
    // the settings allow plain HTTP to this machine alone
    const insecure = url.protocol === "http:" ? [allowInsecureRequests] : [];
    // without it the library trusts the TLS connection alone, and no signature is looked at
    const execute = [enableNonRepudiationChecks, ...insecure];
    this.configuration ??= discovery(url, clientId, secret, undefined, { execute, timeout: TIMEOUT_SECONDS });
    try {
      return await this.configuration;
    } catch (error) {
      // the next one asks again
      this.configuration = null;
      throw this.failed(error);
    }
  }
  private failed(error: unknown): Refusal {
    // its messages name what was wrong, and no secret
    this.options.log.warn(
      { issuer: this.options.issuer, error: errorText(error) },
      "a sign-in at another service failed",
    );
    return new Refusal("sign_in_failed", "The sign-in service did not confirm who you are. Begin again.");
  }
}
