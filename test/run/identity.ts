import { generateKeyPairSync } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";

export const CLIENT_ID = "fieldcast-tests";
export const CLIENT_SECRET = "a secret that only the two of them know";

/** Somebody at the sign-in service. */
interface Someone {
  readonly sub: string;
  readonly email: string;
  readonly email_verified: boolean;
}
/** A sign-in service (OpenID Connect) on this machine. It asks nobody for a password: whoever comes is `someone`. */
export interface IdentityService {
  readonly issuer: string;
  someone: Someone;
  /** Its public keys are those of somebody else, so that no signature of it is good. */
  strangeKeys: boolean;
  stop(): Promise<void>;
}

/** @param redirect where it may send browsers back to */
export async function startIdentityService(redirect: string, someone: Someone): Promise<IdentityService> {
  const state = { someone, strangeKeys: false };
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const issuer = `http://127.0.0.1:${port}`;
  const provider: Provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [redirect],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    pkce: { required: () => true },
    cookies: { keys: ["of the tests"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: async (_: unknown, id: string) => ({ accountId: id, claims: async () => state.someone }),
    loadExistingGrant: async ({ oidc }: { oidc: { session: { accountId: string } } }) => {
      const grant = new provider.Grant({ clientId: CLIENT_ID, accountId: oidc.session.accountId });
      grant.addOIDCScope("openid email");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on("request", (request, response) => {
    if (state.strangeKeys && request.url === "/jwks") return sendStrangeKeys(response);
    const asks = request.url?.startsWith("/interaction/") === true;
    const result = { login: { accountId: state.someone.sub } };
    void (asks ? provider.interactionFinished(request, response, result) : answer(request, response));
  });
  return {
    issuer,
    get someone() {
      return state.someone;
    },
    set someone(next) {
      state.someone = next;
    },
    get strangeKeys() {
      return state.strangeKeys;
    },
    set strangeKeys(next) {
      state.strangeKeys = next;
    },
    stop: () => ended(server),
  };
}

/** A key of its own under the name of the one that signs (oidc-provider's key for development). */
function sendStrangeKeys(response: ServerResponse): void {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = { ...publicKey.export({ format: "jwk" }), kid: "keystore-CHANGE-ME", use: "sig", alg: "RS256" };
  response.setHeader("content-type", "application/jwk-set+json");
  response.end(JSON.stringify({ keys: [key] }));
}

function ended(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
