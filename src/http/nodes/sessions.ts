import { parseTime } from "../../measure/time.ts";
import { writeCursor } from "../compat/sessions.ts";
import type { NodesPort } from "./port.ts";

/** Answers a request here. */
type Here = (request: Request) => Promise<Response>;

const LIST = /^\/(?:api\/v1|v1)\/sessions\/?$/;
const ONE = /^\/(?:api\/v1|v1)\/sessions\/[^/]/;
/** Sessions of a page when the question does not say how many. */
const DEFAULT = 100;

/** Whether it is about sessions, of which each node knows its own. */
export function isOfSessions({ method, url }: Request): boolean {
  const { pathname } = new URL(url);
  return ONE.test(pathname) || (method === "GET" && LIST.test(pathname));
}
/**
 * Sessions of all nodes: lists are asked everywhere and merged, each session with the number of its node; of one session the first node
 * answers that has it.
 * @throws Refusal node_unreachable: a list would lack the sessions of a node
 */
export async function sessionsOfAll(
  request: Request,
  here: Here,
  nodes: NodesPort,
  remoteAddress: string,
): Promise<Response> {
  const copy = (): Request => request.clone() as Request; // of the same kind
  const ask = (node: number): Promise<Response> => nodes.ask(node, copy(), remoteAddress);
  const own = await here(copy());
  if (!LIST.test(new URL(request.url).pathname)) {
    if (own.status !== 404) return own;
    for (const node of nodes.others()) {
      const answer = await ask(node);
      if (answer.status !== 404) return answer;
    }
    return own;
  }
  if (!own.ok) return own;
  const others = nodes.others();
  const answers = await Promise.all(others.map(ask));
  const bad = answers.find(({ ok }) => !ok);
  if (bad !== undefined) return bad;
  const limit = Number(new URL(request.url).searchParams.get("limit") ?? DEFAULT);
  const pages = await Promise.all([own, ...answers].map(async (answer) => (await answer.json()) as Page));
  const merged = mergePages(
    pages.map((page, i) => ({ node: i === 0 ? nodes.self : (others[i - 1] ?? 0), page })),
    limit,
  );
  return Response.json(merged, { headers: { "Cache-Control": own.headers.get("Cache-Control") ?? "no-store" } });
}

interface Item {
  readonly created: string;
  readonly account_key?: string;
  readonly principal?: string;
  readonly client_id: string;
}
/** `items` of the API, `sessions` of the compatible address. */
interface Page {
  readonly items?: readonly Item[];
  readonly sessions?: readonly Item[];
  readonly next: string | null;
}

/** One page of the pages of several nodes, each of which begins behind the same session: the oldest first, as each of them. */
export function mergePages(pages: readonly { readonly node: number; readonly page: Page }[], limit: number): Page {
  const all = pages.flatMap(({ node, page }) =>
    (page.items ?? page.sessions ?? []).map((item) => {
      const principal = item.account_key ?? item.principal ?? "";
      return { at: { created: microsOf(item.created), principal, clientId: item.client_id }, item: { ...item, node } };
    }),
  );
  const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  all.sort(
    ({ at: a }, { at: b }) => a.created - b.created || text(a.principal, b.principal) || text(a.clientId, b.clientId),
  );
  const shown = all.slice(0, limit);
  const last = shown.at(-1);
  const isMore = all.length > limit || pages.some(({ page }) => page.next !== null);
  const items = shown.map(({ item }) => item);
  const isOfApi = pages.some(({ page }) => page.items !== undefined);
  const next = last !== undefined && isMore ? writeCursor(last.at) : null;
  return isOfApi ? { items, next } : { sessions: items, next };
}
function microsOf(text: string): number {
  const parsed = parseTime(text, Number.MAX_SAFE_INTEGER);
  return parsed !== null && "time" in parsed ? parsed.time : 0;
}
