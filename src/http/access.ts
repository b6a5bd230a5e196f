import type { Principal } from "../auth/principal.ts";
import { Refusal } from "../base/errors.ts";
import type { DeviceNode, Directory, ProductNode } from "../fleet/directory.ts";
import { quote } from "../measure/bytes.ts";
import type { HttpContext, HttpDeps } from "./deps.ts";
import { personOf } from "./people/session.ts";

type Needs = Pick<HttpDeps, "authority" | "clock" | "metrics" | "people">;

/**
 * Who asks: by the Authorization header, or, below /api/v1, by the cookie of a person who is signed in.
 * @throws Refusal unknown_token, expired_token; sign_in_needed, cross_site
 */
export function authenticate(deps: Needs, c: HttpContext): Principal {
  return personOf(deps, c)?.principal ?? authenticateToken(deps, c).principal;
}
/**
 * The same for a stream that stays open: looked at again and again it must not keep a browser signed in that nobody uses.
 * @throws Refusal as `authenticate`
 */
export function stillListens(deps: Needs, c: HttpContext): void {
  if (personOf(deps, c, false) === null) authenticateToken(deps, c);
}
/** By the header alone, with the uid of the token. @throws Refusal unknown_token, expired_token */
export function authenticateToken(deps: Needs, c: HttpContext): { principal: Principal; tokenUid: number } {
  const result = deps.authority.authenticateHttp(c.req.header("Authorization"), deps.clock.trusted());
  if (result.ok) {
    deps.authority.uses.note(result.tokenUid, deps.clock.micros(), c.env.remoteAddress);
    return result;
  }
  deps.metrics.loginRefused(result.code);
  throw new Refusal(result.code, result.message);
}

/**
 * The device of an address (wire contract section 4): by id, then by serial, among those that the caller may see, which
 * is to read or to record.
 * @throws Refusal unknown_device, ambiguous_device
 */
export function findDevice(directory: Directory, principal: Principal, idOrSerial: string): DeviceNode {
  const seen = directory
    .devicesNamed(idOrSerial)
    .filter((device) => principal.mayView(device) || principal.mayRecord(device));
  const byId = seen.filter((device) => device.row.id === idOrSerial);
  const [found, ...more] = byId.length > 0 ? byId : seen;
  if (!found) throw new Refusal("unknown_device", `There is no device ${quote(idOrSerial)} that you may see.`);
  if (more.length === 0) return found;
  const products = [found, ...more.slice(0, 4)].map((device) => device.product.row.slug).join(", ");
  const what = byId.length > 0 ? "id" : "serial";
  const way =
    what === "id"
      ? "Use a token that may see only one of them, or MQTT, whose topics name the product."
      : "Use its id.";
  throw new Refusal(
    "ambiguous_device",
    `Several devices that you may see have the ${what} ${quote(idOrSerial)}, in the products ${products}. ${way}`,
  );
}

/** `findDevice` for reading. @throws Refusal unknown_device, ambiguous_device, not_permitted */
export function findReadable(directory: Directory, principal: Principal, idOrSerial: string): DeviceNode {
  const device = findDevice(directory, principal, idOrSerial);
  if (principal.mayView(device)) return device;
  throw new Refusal("not_permitted", "You may record measurements of this device, but not read it.");
}

/**
 * The devices of some products with this id or serial: one of each product that has it.
 * @throws Refusal unknown_device when none may be seen, not_permitted when one may not be read
 */
export function readableOf(products: readonly ProductNode[], principal: Principal, idOrSerial: string): DeviceNode[] {
  const seen = products
    .map((product) => product.device(idOrSerial))
    .filter((device) => device !== undefined)
    .filter((device) => principal.mayView(device) || principal.mayRecord(device));
  if (seen.length === 0)
    throw new Refusal("unknown_device", `There is no device ${quote(idOrSerial)} in these products that you may see.`);
  if (seen.every((device) => principal.mayView(device))) return seen;
  throw new Refusal("not_permitted", "You may record measurements of this device, but not read it.");
}
