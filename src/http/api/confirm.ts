import { BadValues } from "../../base/errors.ts";

/**
 * What goes with everything in it is named twice: clients and proxies take `..`, `.` and empty parts out of an address, and what
 * is left may be the address of the whole.
 * @throws BadValues confirmation_needed
 */
export function mustConfirm(what: "product" | "workspace", slug: string, confirm: string | undefined): void {
  if (confirm === slug) return;
  const said = confirm === undefined ? "" : " Another slug was given.";
  throw new BadValues("confirmation_needed", [
    { path: "?confirm", message: `To delete the ${what} ${slug} and all that is in it, add confirm=${slug}.${said}` },
  ]);
}
