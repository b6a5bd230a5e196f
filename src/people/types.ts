import type { Micros } from "../base/types.ts";
import type { Role } from "../fleet/types.ts";
import type { Turn } from "./queue.ts";

/** Where a request comes from: address and browser, for what is remembered of sign-ins. */
export interface Asker {
  /** IP address. */
  readonly address: string;
  /** The User-Agent header; "" without one. */
  readonly agent: string;
}

/** Makes and checks password hashes. Body: argon2id (argon.ts); a quick one in tests. */
export interface Hasher {
  /** A hash that no password is known for, as costly to check as any other. */
  readonly nobody: string;
  /** @throws Refusal too_many_attempts when too many wait for one already */
  hash(password: string, turn: Turn): Promise<string>;
  /** @throws Refusal too_many_attempts */
  verify(password: string, hash: string, turn: Turn): Promise<boolean>;
}

/** Sends mail. Body: SMTP (smtp.ts). */
export interface Mailer {
  /** @throws Error when it could not be handed over */
  send(mail: Mail): Promise<void>;
}
export interface Mail {
  readonly to: string | readonly string[];
  /** The part of its Message-ID before the @, for one that may be handed over again; absent: any. */
  readonly id?: string;
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
}

export interface PeopleSettings {
  /** µs without a request after which a browser is signed out. */
  readonly idle: Micros;
  /** µs after which it is, whatever it asks. */
  readonly longest: Micros;
  /** Most browsers of one account; then the one that was used least lately is signed out. */
  readonly mostSignIns: number;
  /** Most invitations to one workspace that wait. */
  readonly mostInvitations: number;
  /** What links begin with, without a slash at the end; null: not known. */
  readonly publicUrl: string | null;
}

/** A browser that is signed in, as a request finds it. */
export interface SignedIn {
  readonly user: number;
  /** Of the cookie. */
  readonly hash: string;
  /** What requests that change something must repeat in a header. */
  readonly csrf: string;
  readonly created: Micros;
  readonly expires: Micros;
}

/** For the audit log and the log; no secret is in it. */
export interface PeopleEvent {
  readonly what:
    | "signed_in"
    | "sign_in_refused"
    | "signed_out"
    | "signed_out_everywhere"
    | "password_changed"
    | "password_reset"
    | "reset_asked"
    | "set_up"
    | "link_made"
    | "invited"
    | "invitation_withdrawn"
    | "joined"
    | "second_factor_on"
    | "second_factor_off"
    | "recovery_codes_made"
    | "identity_linked";
  /** E-mail address as it was given, in lower case. */
  readonly email: string;
  /** uid; null: nobody has this address. */
  readonly user: number | null;
  /** IP address; null: the command line. */
  readonly address: string | null;
  /** Who did it; absent: the person whose account it is. */
  readonly by?: { readonly user: number; readonly email: string };
  /** uid of the workspace that it concerns; absent: the person alone. */
  readonly workspace?: number;
  /** Further facts. */
  readonly detail?: string;
}

/** Whom another service says that a browser is. */
export interface Identity {
  readonly issuer: string;
  /** Never given to another person by this issuer. */
  readonly subject: string;
  /** In lower case; null: it does not say. */
  readonly email: string | null;
  /** Whether the service has seen that the address is theirs. */
  readonly verified: boolean;
}
/** What begins at the other service and is finished by the same browser. */
export interface IdentityFlow {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}
/** A service where people can sign in, too. Body: OpenID Connect (openid.ts). */
export interface IdentityProvider {
  /** Where the browser goes. @throws Refusal sign_in_failed when the service does not answer */
  begin(): Promise<{ readonly url: string; readonly flow: IdentityFlow }>;
  /** @param query what the browser brought back. @throws Refusal sign_in_failed */
  finish(query: string, flow: IdentityFlow): Promise<Identity>;
}

/** What a link is for, to show before it is used. */
export interface LinkInfo {
  readonly kind: "setup" | "reset" | "invitation";
  /** Whom it is for. */
  readonly email: string;
  /** µs */
  readonly expires: Micros;
  /** An invitation's workspace. */
  readonly workspace: { readonly slug: string; readonly name: string } | null;
  readonly role: Role | null;
}

/** A link that was made, to be handed over unless it was mailed. */
export interface MadeLink {
  /** With --public-url the whole address, otherwise its path. */
  readonly link: string;
  readonly email: string;
  readonly expires: Micros;
  readonly mailed: boolean;
}

/** What a person proves who they are with; `code`: of the second factor, where the account has one. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly code?: string | undefined;
}
