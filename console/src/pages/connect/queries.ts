import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/index.ts";

/** The text of the CA file; null: clients need none, or it cannot be had. */
export const caQuery = queryOptions({
  queryKey: ["connection", "ca"],
  queryFn: async ({ signal }): Promise<string | null> => {
    // a file comes as a stream
    const { data } = await api.downloadCa({ signal });
    return new Response(data as unknown as ReadableStream).text();
  },
  staleTime: 300_000,
  retry: false,
});

/** The first devices of a product that a text finds. */
export function someDevicesQuery(product: string, search: string) {
  return queryOptions({
    queryKey: ["devices", "some", product, search],
    queryFn: async ({ signal }) =>
      (await api.listDevices({ product, limit: 50, signal, ...(search !== "" && { search }) })).data.items,
    placeholderData: (before) => before,
  });
}

/** A token that was made here: it is shown as long as the page is open. */
export interface MadeToken {
  readonly secret: string;
  /** Key of its account: `a:7`. */
  readonly account: string;
  readonly name: string;
  /** Number of the API user; null: it is one's own. */
  readonly apiUser: number | null;
}

/**
 * A token for one device: of an API user of that name, which is made when there is none, and which may record and see this
 * device and nothing else.
 */
export async function makeToken(workspace: string, product: string, device: string): Promise<MadeToken> {
  const name = `${product}/${device}`;
  const { data: page } = await api.listApiUsers({ workspace, search: name, limit: 1000 });
  const known = page.items.find((one) => one.name === name);
  if (known !== undefined) {
    const { data } = await api.createToken({ workspace, api_user: known.api_user, body: { name: "console" } });
    return { secret: data.secret, account: `a:${known.api_user}`, name, apiUser: known.api_user };
  }
  const { data } = await api.createApiUser({
    workspace,
    body: { name, mqtt: true, grants: [{ scope: "device", product, device, can: ["record_measurements"] }] },
  });
  return { secret: data.token.secret, account: `a:${data.api_user}`, name, apiUser: data.api_user };
}

/** A token of one's own, for who may make no API users: it may what they may. @param email of the account */
export async function makeOwnToken(email: string, device: string): Promise<MadeToken> {
  const { data } = await api.createPersonalToken({ body: { name: device } });
  return { secret: data.secret, account: email, name: email, apiUser: null };
}
