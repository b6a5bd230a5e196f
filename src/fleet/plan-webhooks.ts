import { Refusal } from "../base/errors.ts";
import type { Directory } from "./directory.ts";
import type { FileWorkspace } from "./file.ts";
import type { FileWebhook } from "./file-webhooks.ts";
import { fileAccount } from "./plan-account.ts";
import type { Draughtsman } from "./plan-draft.ts";
import { twice } from "./plan-fields.ts";
import type { Webhook, WebhookFilter } from "./types.ts";
import { DEFAULT_BATCH, keptPause, newSecret, unreachable, webhookProblem } from "./webhooks.ts";

/** The webhooks of a workspace, as a fleet file says them. @param path of it in the file @throws Refusal invalid_fleet */
export function planWebhooks(
  directory: Directory,
  draft: Draughtsman,
  { slug, webhooks }: FileWorkspace,
  path: string,
): void {
  const workspace = draft.findWorkspace(slug) ?? 0;
  const seen = new Set<string>();
  for (const [i, file] of webhooks.entries()) {
    const at = `${path}.webhooks[${i}]`;
    if (seen.has(file.name)) throw twice(`${at}.name`, file.name);
    seen.add(file.name);
    const known = directory.named("webhook", workspace, file.name);
    const row = rowOf(draft, file, known, workspace, at);
    const problem = webhookProblem(row) ?? unreachable(draft.supplies, row, known);
    if (problem !== null) throw new Refusal("invalid_fleet", `${at}.${problem.key}: ${problem.text}`);
    const isMade = known === undefined && file.secret === undefined;
    const hint = isMade ? `; for its secret: fieldcast webhook rotate-secret ${JSON.stringify(file.name)}` : "";
    draft.put("webhook", row, known, `webhook ${slug}/${file.name}${hint}`, differences(known, row));
  }
}

function rowOf(
  draft: Draughtsman,
  file: FileWebhook,
  known: Webhook | undefined,
  workspace: number,
  at: string,
): Webhook {
  const form = file.form ?? known?.form ?? "original";
  const batch = form === "original" ? { batchMax: 1, batchWait: 0 } : known?.form === form ? known : DEFAULT_BATCH;
  const description = file.description === undefined ? known?.description : (file.description ?? undefined);
  const template = file.template === undefined && form === "template" ? known?.template : (file.template ?? undefined);
  return {
    uid: known?.uid ?? draft.temporary(),
    workspace,
    name: file.name,
    url: file.url,
    ...(description !== undefined && { description }),
    events: file.events ?? known?.events ?? ["device_measurement"],
    filter: filterOf(draft, file, known?.filter, workspace, at),
    headers: file.headers ?? known?.headers ?? {},
    form,
    ...(template !== undefined && { template }),
    batchMax: file.batch_max ?? batch.batchMax,
    batchWait: file.batch_wait ?? batch.batchWait,
    secret: file.secret ?? known?.secret ?? newSecret(draft.supplies.random),
    ...(known?.oldSecret !== undefined && { oldSecret: known.oldSecret }),
    signature: file.signature ?? known?.signature ?? "standard",
    account: fileAccount(draft, file.account, known?.account, workspace, at),
    active: file.active ?? known?.active ?? true,
    ...keptPause(known?.paused, file.active === true),
    created: known?.created ?? draft.supplies.now,
  };
}

function filterOf(
  draft: Draughtsman,
  file: FileWebhook,
  known: WebhookFilter | undefined,
  workspace: number,
  at: string,
): WebhookFilter {
  const products = file.products?.map((slug, i) => {
    const product = draft.findProduct(slug);
    if (product?.workspace === workspace) return product.uid;
    throw new Refusal("invalid_fleet", `${at}.products[${i}]: the workspace has no product with the slug "${slug}"`);
  });
  const devices = file.devices?.map((text, i) => {
    const [slug = "", id = ""] = text.split("/");
    const uid = draft.findProduct(slug)?.workspace === workspace ? draft.findDevice(slug, id) : undefined;
    if (uid !== undefined) return uid;
    throw new Refusal("invalid_fleet", `${at}.devices[${i}]: the workspace has no device "${text}"`);
  });
  return {
    products: products ?? known?.products ?? [],
    devices: devices ?? known?.devices ?? [],
    tags: file.tags ?? known?.tags ?? [],
    fields: file.fields ?? known?.fields ?? [],
  };
}

/** Neither secrets nor values of headers are in them. */
function differences(before: Webhook | undefined, after: Webhook) {
  const text = (value: unknown) => (value === undefined ? undefined : JSON.stringify(value));
  const other = (was: unknown, is: unknown) =>
    [
      before === undefined || text(was) === text(is) ? "the same" : "before",
      text(was) === text(is) ? "the same" : "those of the file",
    ] as const;
  return {
    url: [before?.url, after.url],
    description: [before?.description, after.description],
    events: [before?.events.join(" "), after.events.join(" ")],
    filter: [text(before?.filter), text(after.filter)],
    headers: other(before?.headers, after.headers),
    form: [before?.form, after.form],
    template: other(before?.template, after.template),
    batch_max: [before?.batchMax, after.batchMax],
    batch_wait: [before?.batchWait, after.batchWait],
    secret: other(before?.secret, after.secret),
    signature: [before?.signature, after.signature],
    account: other(before?.account, after.account),
    active: [before?.active, after.active],
  } as const;
}
