import type { ExternalBroker } from "../../../../sdk/operations.js";

/** What is typed of an external broker. A secret that is empty stays as it is. */
export interface Form {
  readonly name: string;
  /** One in a line. */
  readonly addresses: string;
  readonly protocol: ExternalBroker["protocol"];
  readonly account: string;
  readonly username: string;
  readonly password: string;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  readonly server_name: string;
  readonly description: string;
  /** Empty at one that is new: the server makes one. */
  readonly client_id: string;
  /** Seconds; a text where it is no number, as while it is typed. */
  readonly keep_alive: number | string;
  readonly session_expiry: number | string;
  readonly hops: number | string;
}
/** A new one, as the server makes it where nothing is said. */
export const EMPTY: Form = {
  ...{ name: "", addresses: "", protocol: "auto", account: "", username: "", password: "" },
  ...{ ca: "", certificate: "", key: "", server_name: "" },
  ...{ description: "", client_id: "", keep_alive: 60, session_expiry: 604_800, hops: 1 },
};

/** What stands in the form of one that is there. */
export function formOf(broker: ExternalBroker): Form {
  const { name, addresses, protocol, account, username, ca, certificate, server_name } = broker;
  const { description, client_id, keep_alive, session_expiry, hops } = broker;
  return {
    ...EMPTY,
    ...{ name, protocol, addresses: addresses.join("\n"), account: account ?? "", username: username ?? "" },
    ...{ ca: ca ?? "", certificate: certificate ?? "", server_name: server_name ?? "" },
    ...{ description, client_id, keep_alive, session_expiry, hops },
  };
}

/** What differs, in the form of the API: an empty text takes a value away. */
export function changesOf(form: Form, before: Form) {
  const differs = (key: keyof Form) => form[key] !== before[key];
  const orNone = (text: string) => (text.trim() === "" ? null : text);
  return {
    ...(differs("name") && { name: form.name.trim() }),
    ...(differs("addresses") && {
      addresses: form.addresses
        .split(/\s+/)
        .map((one) => one.trim())
        .filter((one) => one !== ""),
    }),
    ...(differs("protocol") && { protocol: form.protocol }),
    ...(differs("account") && { account: form.account }),
    ...(differs("username") && { username: orNone(form.username) }),
    ...(form.password !== "" && { password: form.password }),
    ...(differs("ca") && { ca: orNone(form.ca) }),
    ...(differs("certificate") && { certificate: orNone(form.certificate) }),
    ...(form.key !== "" && { key: form.key }),
    ...(differs("server_name") && { server_name: orNone(form.server_name) }),
    ...(differs("description") && { description: form.description }),
    ...(differs("client_id") && { client_id: form.client_id.trim() }),
    ...(differs("keep_alive") && { keep_alive: numberOf(form.keep_alive) }),
    ...(differs("session_expiry") && { session_expiry: numberOf(form.session_expiry) }),
    ...(differs("hops") && { hops: numberOf(form.hops) }),
  };
}

/** What is no number goes to the server as none (null in JSON), which says at that place what is allowed. */
function numberOf(typed: number | string): number {
  return typed === "" ? Number.NaN : Number(typed);
}
