import type { TestServer } from "./server.ts";

/** An API user of acme that a test makes for itself. */
interface Account {
  readonly name: string;
  readonly token: string;
  /** Gives it other rights instead: lines as in the fleet file, e.g. `{ devices: all, can: [view] }`. */
  rights(...lines: string[]): Promise<void>;
  /** Revokes the token as an operator does, with the command. */
  revoke(): Promise<void>;
}

/** Makes an API user with a token of its own; needs a server with the default fleet. */
export async function account(server: TestServer, name: string, ...lines: string[]): Promise<Account> {
  const token = [...crypto.getRandomValues(new Uint8Array(20))].map((b) => b.toString(16).padStart(2, "0")).join("");
  const apply = (given: string, more: string): Promise<void> =>
    server.apply(`workspaces: [{ slug: acme, api_users: [{ name: "${name}", ${more}rights: [${given}] }] }]`);
  await apply(lines.join(", "), `token: ${token}, `);
  return {
    name,
    token,
    rights: (...other) => apply(other.join(", "), ""),
    async revoke() {
      const run = await server.cli("token", "revoke", token);
      if (run.code !== 0) throw new Error(run.err);
    },
  };
}
