import type { HttpContext } from "../deps.ts";

/** A browser that opens an address asks for a page before all else; programs take anything. */
export function wantsPage(c: HttpContext): boolean {
  return (c.req.header("Accept") ?? "").toLowerCase().includes("text/html");
}
