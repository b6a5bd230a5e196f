import type { Micros } from "../../base/types.ts";
import type { AuditEntry } from "../../fleet/audit.ts";
import type { Role } from "../../fleet/types.ts";

/**
 * What a person signs in with. It is read when it is needed and stays nowhere else: neither in the directory nor in a
 * log.
 */
export interface StoredLogin {
  /** uid of the account; the row goes with it. */
  readonly user: number;
  /** argon2id as text of the PHC form; null: no password was set yet. */
  readonly password: string | null;
  /** µs; 0: never. */
  readonly passwordSet: Micros;
  /** Secret of the second factor, base32; null: none. */
  readonly totpSecret: string | null;
  /** Whether a code of the second factor was entered once; only then is one asked for at a sign-in. */
  readonly totpConfirmed: boolean;
  /** Time step of the last code that was accepted: no code works twice. */
  readonly totpStep: number;
  /** Lower-case hex SHA-256 of each recovery code that is left. */
  readonly recoveryCodes: readonly string[];
}

/** A browser that is signed in. */
export interface StoredSignIn {
  /** Lower-case hex SHA-256 of the cookie. */
  readonly hash: string;
  readonly user: number;
  readonly created: Micros;
  readonly lastUsed: Micros;
  readonly expires: Micros;
  readonly address: string;
  readonly agent: string;
}

/** A login to MQTT that a browser was given (src/auth/tickets.ts). */
export interface GivenTicket {
  /** Lower-case hex SHA-256 of it. */
  readonly hash: string;
  /** Key of the account. */
  readonly key: string;
  /** Hash of the browser's session. */
  readonly signIn: string;
  /** Origin of the page that asked; null: a program that names none. */
  readonly page: string | null;
}

export const LINK_KINDS = ["setup", "reset", "invitation"] as const;

export type LinkKind = (typeof LINK_KINDS)[number];

/** A link that works once. */
export interface StoredLink {
  /** Lower-case hex SHA-256 of the secret in it. */
  readonly hash: string;
  readonly kind: LinkKind;
  readonly created: Micros;
  readonly expires: Micros;
  /** Whose password it sets (setup, reset); null: an invitation. */
  readonly user: number | null;
  /** Whom it invites; null: no invitation. */
  readonly email: string | null;
  readonly workspace: number | null;
  readonly role: Role | null;
  /** Who made it; null: the command line or the first start. */
  readonly by: number | null;
}

/** An account at another sign-in service (OpenID Connect). */
export interface StoredIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly user: number;
  readonly created: Micros;
}

/** How somebody wants something to look: saved views, columns. The server does not read it. */
export interface StoredPreference {
  /** uid of the account; the row goes with it. */
  readonly user: number;
  /** uid of the workspace that it is for, and with which it goes; null: for everything. */
  readonly workspace: number | null;
  /** Once for each account and workspace. */
  readonly name: string;
  /** JSON. */
  readonly value: string;
  readonly changed: Micros;
}

export type AccountChange =
  | { readonly op: "login_put"; readonly login: StoredLogin }
  | { readonly op: "sign_in_put"; readonly signIn: StoredSignIn }
  /** It was used at this time, if it is there still and nobody has noted a later one. */
  | { readonly op: "sign_in_used"; readonly hash: string; readonly lastUsed: Micros }
  | { readonly op: "sign_in_delete"; readonly hash: string }
  /** Every one of an account but one. */
  | { readonly op: "sign_ins_delete"; readonly user: number; readonly except: string | null }
  /** Stored nowhere: among several nodes all of them know it for as long as it is good. */
  | { readonly op: "ticket_put"; readonly ticket: GivenTicket }
  | { readonly op: "link_put"; readonly link: StoredLink }
  /** Takes a link away. When it is gone already, the whole commit is refused: so a link works once. */
  | { readonly op: "link_take"; readonly hash: string }
  /** Those of a kind that set this account's password. */
  | { readonly op: "links_delete"; readonly user: number; readonly kind: LinkKind }
  /** Those that invite this address to a workspace. */
  | { readonly op: "invitations_delete"; readonly workspace: number; readonly email: string }
  | { readonly op: "identity_put"; readonly identity: StoredIdentity }
  | { readonly op: "identity_delete"; readonly issuer: string; readonly subject: string }
  /** In the place of what was there under this name. */
  | { readonly op: "preference_put"; readonly preference: StoredPreference }
  | {
      readonly op: "preference_delete";
      readonly user: number;
      readonly workspace: number | null;
      readonly name: string;
    }
  /** Sign-ins and links that expired before this time (µs) leave the file. */
  | { readonly op: "expire"; readonly before: Micros };

/** How users sign in, and what they prefer. Deleting an account or a workspace deletes its rows here. Every promise may reject with storage_unavailable. */
export interface AccountStore {
  /** What the user signs in with; null: nothing was ever set. */
  login(user: number): Promise<StoredLogin | null>;
  /** All browsers that are signed in, oldest first. */
  signIns(): Promise<StoredSignIn[]>;
  /** The link with this hash; null: there is none. */
  link(hash: string): Promise<StoredLink | null>;
  /** All links of one kind, oldest first. */
  links(kind: LinkKind): Promise<StoredLink[]>;
  /** Who signs in with this account of another service; null: nobody. */
  identity(issuer: string, subject: string): Promise<StoredIdentity | null>;
  identities(user: number): Promise<StoredIdentity[]>;
  /** All preferences of an account, by name. */
  preferences(user: number): Promise<StoredPreference[]>;
  /**
   * Durable when it resolves, all or nothing.
   * @param audit what is to be noted of it, in the same transaction
   * @throws Refusal link_over: a link_take found nothing; not_found: the account or workspace is gone
   */
  change(changes: readonly AccountChange[], audit?: readonly AuditEntry[]): Promise<void>;
}
