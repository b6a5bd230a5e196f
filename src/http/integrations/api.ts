import { Refusal } from "../../base/errors.ts";
import { printTime } from "../../measure/time.ts";
import type { ProductNode } from "../../fleet/nodes.ts";
import type { Pair } from "../../integrations/types.ts";
import { RequestPace } from "../api/pace.ts";
import type { Handler, HttpContext, HttpDeps } from "../deps.ts";
import { readBody } from "../kit/body.ts";

/** Largest body, in bytes. */
const MOST_BODY = 256 * 1024;
/** Headers by which a sender marks what it sends again. */
const REPEATED: ReadonlySet<string> = new Set(["idempotency-key", "webhook-id"]);
const TEXT = { "Content-Type": "text/plain; charset=utf-8" } as const;
const FORM = /^application\/x-www-form-urlencoded\b/i;
const MULTIPART = /^multipart\/form-data\b/i;

/**
 * `POST|GET /integrations/api/<integration key>[/…]`, and the same below `/api/<key>` (docs/integrations.md "HTTP integration"): hands
 * what came to the product's decoder. 200 `thanks` once what the decoder made of it is stored, and also when nothing was: what is wrong
 * stands in the passes of the product. The key alone speaks for who sends; any Authorization header is ignored.
 */
export function httpIntegration(deps: HttpDeps): Handler {
  const { maxIntegrationRate } = deps.limits;
  const pace = maxIntegrationRate > 0 ? new RequestPace(maxIntegrationRate) : null;
  return async (c) => {
    const product = productOf(deps, c.req.param("key") ?? "");
    const wait = pace?.ask(`${product.row.uid}`, deps.clock.steady()).wait ?? 0;
    if (wait > 0) throw tooFast(maxIntegrationRate, wait);
    // who asks whether there is something sends nothing
    if (c.req.raw.method === "HEAD") return new Response(null, { headers: TEXT });
    const body = await readBody(c.req.raw, MOST_BODY);
    const url = new URL(c.req.url);
    const headers: Pair[] = [...c.req.raw.headers];
    await deps.integrations.inbound.receive({
      way: "http",
      network: null,
      remote: c.env.remoteAddress,
      request: {
        method: c.req.method,
        path: url.pathname,
        query: [...url.searchParams],
        headers,
        form: await formOf(c, body),
      },
      topic: null,
      body,
      product,
      events: [],
      principal: null,
      dedupeKeys: headers.flatMap(([name, value]) => (REPEATED.has(name) ? [value] : [])),
    });
    return new Response("thanks", { headers: TEXT });
  };
}

/** @throws Refusal unknown_product: there is none with this key, or it does not take its UUID for one */
function productOf({ directory, clock }: HttpDeps, given: string): ProductNode {
  const key = given.toLowerCase();
  const product = directory.productKeys.byIntegrationKey(key);
  if (product !== undefined) return product;
  const old = directory.productKeys.byOldKey(key);
  if (old !== undefined && old.until > clock.trusted()) return old.product;
  if (old !== undefined)
    throw new Refusal(
      "unknown_product",
      `This integration key was good until ${printTime(old.until)}; another one took its place: fieldcast integration show PRODUCT.`,
    );
  const other = directory.productKeys.byUuid(key);
  if (other !== undefined && other.row.acceptsProductUuid !== false) return other;
  throw new Refusal(
    "unknown_product",
    "This is the integration key of no product. Look at the key of yours: fieldcast integration show PRODUCT.",
  );
}

function tooFast(rate: number, wait: number): Refusal {
  const text = `More than ${rate} requests a second for this product. Try again in ${wait} s; --max-integration-rate sets the rate.`;
  return new Refusal("rate_limited", text, undefined, wait);
}

/** The fields of a form; of a file in it its name. None where the body is no form, or cannot be read as the one it says it is. */
async function formOf(c: HttpContext, body: Uint8Array): Promise<Pair[]> {
  const type = c.req.header("Content-Type") ?? "";
  if (FORM.test(type)) return [...new URLSearchParams(new TextDecoder().decode(body))];
  if (!MULTIPART.test(type)) return [];
  try {
    const copy = new Uint8Array(body); // of an ArrayBuffer, as Response asks for
    const form = await new Response(copy, { headers: { "Content-Type": type } }).formData();
    return [...form].map(([name, value]) => [name, typeof value === "string" ? value : value.name]);
  } catch {
    return [];
  }
}
