/**
 * The one catalogue of refusals (wire contract section 7): a stable code, the HTTP status, the MQTT 5 reason code
 * of a PUBACK/PUBREC/SUBACK/CONNACK, and a title. Everything (MQTT, HTTP, CLI) refuses with a code of this table.
 */
interface CatalogueEntry {
  /** HTTP status of a REST answer. */
  readonly http: number;
  /** MQTT 5 reason code (section 2.4 of the standard); 0 where the code never travels over MQTT. */
  readonly reason: number;
  /** What it means, in one line, for documents and people. */
  readonly title: string;
}

export const CATALOGUE = {
  unknown_product: { http: 404, reason: 0x90, title: "The product does not exist, or you may not see it." },
  unknown_device: { http: 404, reason: 0x90, title: "The device does not exist, or you may not see it." },
  unknown_field: { http: 404, reason: 0x90, title: "The field does not exist in this product." },
  not_permitted: { http: 403, reason: 0x87, title: "You may see this, but not do that with it." },
  computed_field: { http: 403, reason: 0x87, title: "The field is computed by its formula: nobody records in it." },
  topic_not_allowed: { http: 400, reason: 0x90, title: "Nothing can be published or subscribed on this topic." },
  product_wide_publish: { http: 400, reason: 0x90, title: "Publishing to all devices of a product is not supported." },
  invalid_value: { http: 400, reason: 0x99, title: "The payload is not a value of the field's type." },
  invalid_batch: { http: 400, reason: 0x99, title: "The payload is not a batch of measurements." },
  invalid_timestamp: { http: 400, reason: 0x99, title: "The timestamp is malformed or outside the accepted range." },
  value_too_large: { http: 413, reason: 0x99, title: "The payload is larger than the limit." },
  quota_exceeded: { http: 429, reason: 0x97, title: "A quota set for this account is used up." },
  rate_limited: { http: 429, reason: 0x97, title: "This account records faster than it may." },
  storage_unavailable: { http: 503, reason: 0x88, title: "The store cannot take data at the moment." },
  session_elsewhere: { http: 503, reason: 0x88, title: "Another server has this session, and has not handed it over." },
  standby: { http: 503, reason: 0x88, title: "This server stands by while another one serves; ask that one." },
  node_unreachable: { http: 503, reason: 0, title: "Another node does this, and cannot be reached at the moment." },
  not_everywhere: { http: 503, reason: 0, title: "It is stored, but not every node has said that it knows of it." },
  node_behind: { http: 503, reason: 0, title: "This node has not applied the log as far as you ask for." },
  clock_not_set: { http: 503, reason: 0x88, title: "The server's clock is not set, so nothing can be stamped." },
  unknown_token: { http: 401, reason: 0x86, title: "The access token is not known here." },
  expired_token: { http: 401, reason: 0x87, title: "The access token has expired." },
  sign_in_failed: { http: 401, reason: 0, title: "The e-mail address, the password or the code is wrong." },
  sign_in_needed: { http: 401, reason: 0, title: "This is for people who are signed in; sign in first." },
  second_factor_needed: { http: 401, reason: 0, title: "The account asks for a code of its second factor, too." },
  too_many_attempts: { http: 429, reason: 0, title: "Too many attempts; wait before the next one." },
  weak_password: { http: 400, reason: 0, title: "The password is too short, too long or too well known." },
  password_needed: { http: 401, reason: 0, title: "The link asks for a password." },
  link_over: { http: 410, reason: 0, title: "The link was used, has expired or was replaced; ask for a new one." },
  cross_site: {
    http: 403,
    reason: 0,
    title: "The request came from another site, or without its session's CSRF token.",
  },
  outgoing_refused: { http: 400, reason: 0, title: "The server may not ask this address, or its answer is not taken." },
  mqtt_not_permitted: { http: 403, reason: 0x87, title: "This account may not use MQTT." },
  ambiguous_device: { http: 409, reason: 0x90, title: "Several devices you may see have this serial." },
  overloaded: { http: 503, reason: 0x89, title: "The server has no room for this at the moment." },
  unsupported_encoding: { http: 415, reason: 0, title: "The body is compressed in a way that is not read here." },
  invalid_request: { http: 400, reason: 0x99, title: "The request is not well-formed." },
  answer_too_large: { http: 400, reason: 0x97, title: "The answer would be larger than the limit." },
  not_found: { http: 404, reason: 0x90, title: "There is nothing at this address." },
  method_not_allowed: { http: 405, reason: 0x90, title: "This address does not take this method." },
  not_available: { http: 501, reason: 0x99, title: "This part is not available in this version." },
  internal_error: { http: 500, reason: 0x80, title: "Something went wrong inside the server; its log says what." },
  invalid_config: { http: 400, reason: 0, title: "A setting is unknown or has a value that is not allowed." },
  invalid_fleet: { http: 400, reason: 0, title: "The fleet file asks for something that is not allowed." },
  already_exists: { http: 409, reason: 0, title: "Something that must be unique is there already." },
  last_owner: { http: 409, reason: 0, title: "A workspace keeps at least one owner." },
  changed_meanwhile: { http: 412, reason: 0, title: "It was changed after you read it." },
  precondition_required: { http: 428, reason: 0, title: "A change must say which state it changes." },
  confirmation_needed: { http: 428, reason: 0, title: "What goes with everything in it must be named twice." },
  key_used: { http: 422, reason: 0, title: "This Idempotency-Key came before with another request." },
  immutable: { http: 409, reason: 0, title: "This cannot be changed once it exists." },
  damaged_store: { http: 500, reason: 0, title: "The database file is damaged." },
  newer_store: { http: 500, reason: 0, title: "The database file was written by a newer version of the program." },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof CATALOGUE;

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(CATALOGUE, text);
}

/** One bad row of a refused batch: its index in the batch, the field as sent, and why. */
export interface BadRow {
  readonly row: number;
  readonly field?: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/** One wrong value of a request: where it stands (`fields[0].unit`, `?limit`; "": the request as a whole), and why. */
export interface BadValue {
  readonly path: string;
  /** The same in the body as a JSON Pointer (RFC 6901); absent where the path is a name alone, or it is not in the body. */
  readonly pointer?: string;
  readonly message: string;
}

/** A refusal from the catalogue. `message` says what to do and may be shown to the person. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly rows?: readonly BadRow[],
    /** Seconds after which it is worth trying again, where that is known. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
  get http(): number {
    return CATALOGUE[this.code].http;
  }
  get reason(): number {
    return CATALOGUE[this.code].reason;
  }
}

/** A refusal that names the values it is about. */
export class BadValues extends Refusal {
  constructor(
    code: ErrorCode,
    readonly values: readonly BadValue[],
  ) {
    super(code, values.map(({ path, message }) => sentence(path === "" ? message : `${path}: ${message}`)).join(" "));
  }
}

function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

/** What a caught error says, whatever was thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
