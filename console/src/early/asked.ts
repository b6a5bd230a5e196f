/** What a page asks the API first, written exactly as the client writes it (api/client.ts); test/console/early.test.ts sees that each is taken. */

const API = "/api/v1";
/** Asked by all pages for who is signed in. */
const FRAME = [`${API}/rights`, `${API}/workspaces?limit=1000`, `${API}/account/preferences`];

/** Who is signed in. */
export const SESSION = `${API}/auth/session`;

/**
 * @param path below `/console/`: `w/acme/devices`
 * @param search of the address: `?view=cards`
 * @returns addresses of the API, what the page itself needs first; null: the page is for who is not signed in, too
 */
export function askedBy(path: string, search: string): readonly string[] | null {
  const [first, workspace = "", page, product, device, ...more] = path.split("/");
  if (first === "account" || first === "system" || first === "") return FRAME;
  if (first !== "w") return null;
  const own = `workspace=${workspace}`;
  // not what was done of late: it is long, and would hold the code up on a slow line
  if (page === "home" && product === undefined)
    return [`${API}/device-counts?${own}`, `${API}/products?limit=1000&${own}`, ...FRAME];
  // an address that says more asks for something else
  if (page === "devices" && product === undefined && search === "")
    return [`${API}/devices?limit=40&${own}&sort=-heard&values=true`, `${API}/products?limit=1000&${own}`, ...FRAME];
  if (page === "devices" && device !== undefined && more.length === 0 && search === "") {
    const at = `${API}/products/${product}`;
    const one = `${at}/devices/${device}`;
    return [one, at, `${at}/fields?limit=1000`, `${one}/values`, `${API}/connection`, ...FRAME];
  }
  return FRAME;
}
