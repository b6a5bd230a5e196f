import type { Generated, Kysely, Transaction } from "kysely";

/**
 * The tables as Kysely sees them. Booleans are 0 or 1, lists are JSON text, times are integer microseconds: the same
 * in every database. `uid` is given by the store (uids.ts) and never reused. Tables of kinds that say their columns are not here.
 */
export interface Schema {
  device: {
    uid: number;
    product: number;
    id: string;
    name: string;
    serial: string | null;
    tags: string;
    location: string | null;
    metadata: string | null;
    online_timeout: number | null;
    created: number | null;
  };
  /** Every id and every serial of a device; its primary key makes them unique in the product, among each other too. */
  device_address: { product: number; address: string; device: number };
  membership: { uid: number; account: number; workspace: number; role: string };
  api_user: {
    uid: number;
    workspace: number;
    name: string;
    mqtt: number;
    created: number | null;
    home_assistant: string | null;
  };
  /** One line of an API user's rights; goes with the product or device it names. */
  api_grant: {
    api_user: number;
    position: number;
    scope: string;
    product: number | null;
    device: number | null;
    tag: string | null;
    can: string;
    /** Of free topics: the filters, and the exceptions to them. */
    filters: string | null;
    except_filters: string | null;
  };
  token: {
    uid: number;
    hash: string;
    hint: string;
    name: string;
    account: number | null;
    api_user: number | null;
    created: number;
    expires: number | null;
  };
  /** When and from where a token was last used; goes with it. */
  token_use: { token: number; time: number; address: string };
  /** How people sign in (accounts.ts); `recovery_codes` is a list of hashes. */
  login: {
    account: number;
    password: string | null;
    password_set: number;
    totp_secret: string | null;
    totp_confirmed: number;
    totp_step: number;
    recovery_codes: string;
  };
  sign_in: {
    hash: string;
    account: number;
    created: number;
    last_used: number;
    expires: number;
    address: string;
    agent: string;
  };
  link: {
    hash: string;
    kind: string;
    created: number;
    expires: number;
    account: number | null;
    email: string | null;
    workspace: number | null;
    role: string | null;
    made_by: number | null;
  };
  identity: { issuer: string; subject: string; account: number; created: number };
  /** What people prefer; `value` is JSON. */
  preference: { account: number; workspace: number | null; name: string; value: string; changed: number };
  /** What was done, for as long as --audit-keep says; it refers to nothing, and outlives what it tells of. */
  audit: {
    id: Generated<number>;
    time: number;
    actor: string;
    actor_name: string;
    source: string | null;
    action: string;
    workspace: number | null;
    target: number;
    name: string;
    before: string | null;
    after: string | null;
  };
}

export type FleetDb = Kysely<Schema>;
export type FleetTransaction = Transaction<Schema>;

/** How many rows go into one statement: large enough to be fast, far below the databases' limits of parameters. */
const ROWS_PER_STATEMENT = 500;

/** Cuts a list into pieces of at most ROWS_PER_STATEMENT. */
export function* pieces<T>(rows: readonly T[]): Generator<T[]> {
  for (let i = 0; i < rows.length; i += ROWS_PER_STATEMENT) yield rows.slice(i, i + ROWS_PER_STATEMENT);
}
