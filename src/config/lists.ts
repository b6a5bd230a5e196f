import { isIP } from "node:net";
import { z } from "zod";
import { text } from "./values.ts";

/** Settings that are lists. */

const DNS_NAME = /^(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_-]{1,63}){0,20}\.?$/;
const IP_LITERAL = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)$/;
/** Host names or IP addresses: a list, or text with commas between them. */
export function hostNames() {
  return listOf("host names or IP addresses", (name) =>
    name.length <= 253 && (DNS_NAME.test(name) || IP_LITERAL.test(name)) ? name : undefined,
  );
}

/** IP addresses and networks (`10.0.0.0/8`): a list, or text with commas between them. */
export function networks() {
  return listOf("IP addresses, or networks as 10.0.0.0/8", (entry) => (isNetwork(entry) ? entry : undefined));
}
function isNetwork(entry: string): boolean {
  const [address = "", bits, ...more] = entry.split("/");
  const family = address.includes("%") ? 0 : isIP(address);
  const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32));
  return family !== 0 && fits && more.length === 0;
}

/** Host names, IP addresses and networks: a list, or text with commas between them. */
export function hostsOrNetworks() {
  return listOf("host names, IP addresses, or networks as 10.0.0.0/8", (entry) => {
    const [address = ""] = entry.split("/", 1);
    if (isIP(address) === 0) return DNS_NAME.test(entry) && !entry.startsWith("*") ? entry : undefined;
    return isNetwork(entry) ? entry : undefined;
  });
}

/** Some of these words: a list, or text with commas between them. */
export function words<const T extends string>(...known: readonly [T, ...T[]]) {
  // `find` narrows the text to the word that it equals
  return listOf(known.join(", "), (one) => known.find((word) => word === one));
}

/** Several values: a list, or text with commas between them; each once. */
function listOf<T>(allowed: string, parse: (entry: string) => T | undefined) {
  return z
    .union([text, z.array(text)])
    .transform((value) => (Array.isArray(value) ? value : [value]).flatMap((one) => one.split(",")))
    .transform((entries, context): readonly T[] => {
      const parsed = entries
        .map((entry) => entry.trim())
        .filter((entry) => entry !== "")
        .map(parse);
      const good = parsed.filter((entry) => entry !== undefined);
      if (good.length === parsed.length) return [...new Set(good)];
      context.addIssue({ code: "custom", message: allowed });
      return z.NEVER;
    });
}
