import type { Log } from "../base/types.ts";
import { accountNameOf } from "../fleet/account-name.ts";
import type { Directory } from "../fleet/directory.ts";

/** Keys of accounts and of integrations of products (u:1, a:1, p:1), as the program names them. */
const KEY = /^[uap]:\d{1,15}$/;

/**
 * A log that says who an account is beside its key, and which product a number is, so that people need not look them up.
 * @param directory null: it is not there yet; @param debugs whether the log writes debug lines: naming costs a login something
 */
export function namedLog(log: Log, directory: () => Directory | null, debugs = true): Log {
  const named = (fields: object): object => {
    const { principal } = fields as { principal?: unknown }; // looked at below
    const known = directory();
    if (known === null || typeof principal !== "string" || !KEY.test(principal)) return fields;
    return { ...fields, account: accountNameOf(known, principal) };
  };
  return {
    debug: debugs ? (fields, message) => log.debug(named(fields), message) : () => {},
    info: (fields, message) => log.info(named(fields), message),
    warn: (fields, message) => log.warn(named(fields), message),
    error: (fields, message) => log.error(named(fields), message),
  };
}
