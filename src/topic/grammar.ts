/** How products, devices and fields may be called (wire contract section 4). The patterns are fixed and unambiguous. */
const SLUG = /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/;
const DEVICE = /^[A-Za-z0-9._:~-]{1,64}$/;
const FIELD = /^[A-Z0-9][A-Z0-9_]{0,63}$/;
const MAX_SLUG = 64;

/** `[a-z0-9]+([-_][a-z0-9]+)*`, at most 64 characters: products and workspaces. */
export function isSlug(s: string): boolean {
  return s.length <= MAX_SLUG && SLUG.test(s);
}

/**
 * `[A-Za-z0-9._:~-]{1,64}` but not `.` or `..`, upper and lower case distinct: device ids and serials. In an address these two
 * mean another place (RFC 3986, section 5.2.4): a client that takes them out deletes the product in place of its device.
 */
export function isDeviceId(s: string): boolean {
  return mayNameDevice(s) && s !== "." && s !== "..";
}

/** What devices may be called that are there: earlier versions took `.` and `..`, and such a device is served until it is renamed. */
export function mayNameDevice(s: string): boolean {
  return DEVICE.test(s);
}

/** `[A-Z0-9][A-Z0-9_]{0,63}`: a field identifier after `upperAscii`. */
export function isFieldId(s: string): boolean {
  return FIELD.test(s);
}

/** Upper-cases a–z and nothing else: `toUpperCase` would also turn ı into I and ß into SS. */
export function upperAscii(s: string): string {
  return s.replace(/[a-z]+/g, (run) => run.toUpperCase());
}

/** Letters that do not fall apart into a base letter and a mark. */
const SPELLED: ReadonlyMap<string, string> = new Map([
  ["ß", "ss"],
  ["æ", "ae"],
  ["œ", "oe"],
  ["ø", "o"],
  ["đ", "d"],
  ["ð", "d"],
  ["þ", "th"],
  ["ł", "l"],
  ["ı", "i"],
]);

/**
 * A slug from a display name: "Wärme­pumpe Nr. 5" → "warmepumpe-nr-5"; a name that is one stays as it is. Empty when the name has no Latin letter and no
 * digit; the caller then asks for a slug.
 */
export function slugify(name: string): string {
  if (isSlug(name)) return name;
  let out = "";
  let gap = false;
  for (const c of name.toLowerCase().normalize("NFKD")) {
    const plain = SPELLED.get(c) ?? c;
    if (/^[a-z0-9]+$/.test(plain)) {
      if (gap && out !== "") out += "-";
      gap = false;
      out += plain;
    } else if (!/^[\p{M}\p{Cf}'’]$/u.test(plain)) gap = true; // accents and apostrophes vanish, all else separates
    if (out.length >= MAX_SLUG) break;
  }
  out = out.slice(0, MAX_SLUG);
  return out.endsWith("-") ? out.slice(0, -1) : out;
}
