import { BadValues, Refusal } from "../base/errors.ts";
import type { Directory } from "./directory.ts";
import { downlinkProblems, type DownlinkWish, PLAIN_DOWNLINK } from "./edit/downlinks.ts";
import { checkNetworkName, networkProblems } from "./edit/networks.ts";
import { defined } from "./edit/patch.ts";
import type { FileProduct, FileWorkspace } from "./file.ts";
import type { FileDownlink, FileNetwork } from "./file-downlinks.ts";
import type { Differences, Draughtsman } from "./plan-draft.ts";
import { twice } from "./plan-fields.ts";
import type { Downlink, Network, Product } from "./types.ts";

/** Networks of workspaces, and what can be sent to the devices of products, as a fleet file says it. */

/**
 * The networks of a workspace, and that its products name such as there are.
 * @param workspace its uid; @param path of it in the file. @throws Refusal invalid_fleet
 */
export function planNetworks(
  directory: Directory,
  draft: Draughtsman,
  { slug, networks, products }: FileWorkspace,
  workspace: number,
  path: string,
): void {
  const seen = new Set<string>();
  for (const [i, file] of networks.entries()) {
    const at = `${path}.networks[${i}]`;
    if (seen.has(file.name)) throw twice(`${at}.name`, file.name);
    seen.add(file.name);
    const known = directory.named("network", workspace, file.name);
    const row = networkOf(file, known, workspace, draft);
    refuse(at, networkProblems(row));
    draft.put("network", row, known, `network ${slug}/${file.name} (${row.type})`, networkDifferences(known, row));
  }
  for (const [i, { network }] of products.entries()) {
    if (network === null || network === undefined || seen.has(network)) continue;
    try {
      checkNetworkName(directory, workspace, network);
    } catch (error) {
      if (!(error instanceof BadValues)) throw error;
      refuse(`${path}.products[${i}]`, error.values);
    }
  }
}
function networkOf(file: FileNetwork, known: Network | undefined, workspace: number, draft: Draughtsman): Network {
  const plain = { server: null, application: null, webhook: null, key: null };
  return {
    ...plain,
    ...known,
    ...defined(file),
    uid: known?.uid ?? draft.temporary(),
    workspace,
    name: file.name,
    type: file.type,
  };
}
/** A key is never in them. */
function networkDifferences(before: Network | undefined, after: Network): Differences {
  return {
    type: [before?.type, after.type],
    server: [before?.server, after.server],
    application: [before?.application, after.application],
    webhook: [before?.webhook, after.webhook],
    key: before?.key === after.key ? [0, 0] : ["the old one", after.key === null ? null : "the one in the file"],
  };
}

/** What can be sent to the devices of a product. @param path of it in the file. @throws Refusal invalid_fleet */
export function planDownlinks(
  directory: Directory,
  draft: Draughtsman,
  { downlinks, fields }: FileProduct,
  { uid: product, slug }: Product,
  path: string,
): void {
  const own = new Set(fields.map(({ id }) => id));
  const has = (field: string) => own.has(field) || directory.product(slug)?.fields.has(field) === true;
  const seen = new Set<string>();
  for (const [i, file] of downlinks.entries()) {
    const at = `${path}.downlinks[${i}]`;
    if (seen.has(file.name)) throw twice(`${at}.name`, file.name);
    seen.add(file.name);
    const known = directory.named("downlink", product, file.name);
    const wish = downlinkOf(file, known, at);
    refuse(at, downlinkProblems(wish, has));
    const row: Downlink = { ...wish, uid: known?.uid ?? draft.temporary(), product };
    draft.put("downlink", row, known, `downlink ${slug}/${file.name}`, downlinkDifferences(known, row));
  }
}
function downlinkOf(file: FileDownlink, known: Downlink | undefined, at: string): DownlinkWish {
  const { sent_by: way, encoder, field, hex, text, ...same } = file;
  const made = Object.entries({ encoder, field, hex, text }).filter(([, content]) => content !== undefined);
  if (made.length > 1 || (made.length === 0 && known === undefined))
    throw new Refusal("invalid_fleet", `${at}: a downlink is made of one of encoder, field, hex and text`);
  const [source, content] = made[0] ?? [];
  const stated = { ...same, way, source: source as Downlink["source"] | undefined, content }; // a name of the four
  return { ...PLAIN_DOWNLINK, source: "encoder", content: "", ...known, ...defined(stated), name: file.name };
}
function downlinkDifferences(before: Downlink | undefined, after: Downlink): Differences {
  const list = (values: readonly string[] | undefined) => values?.join(" ");
  const made = (row: Downlink | undefined) =>
    row && (row.source === "encoder" ? "an encoder" : `${row.source} ${row.content}`);
  const isSame = before?.source === after.source && before.content === after.content;
  return {
    description: [before?.description, after.description],
    sent_by: [before?.way, after.way],
    made_by: isSame ? [0, 0] : [made(before), after.source === "encoder" ? "the encoder in the file" : made(after)],
    target: [before?.target, after.target],
    port: [before?.port, after.port],
    confirmed: [before?.confirmed, after.confirmed],
    replace: [before?.replace, after.replace],
    fields: [list(before?.fields), list(after.fields)],
    triggers: [list(before?.triggers), list(after.triggers)],
    active: [before?.active, after.active],
    wait: [before?.wait, after.wait],
  };
}

function refuse(at: string, problems: readonly { readonly path: string; readonly message: string }[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ path, message }) => `${path === "" ? at : `${at}.${path}`}: ${message}`);
  throw new Refusal("invalid_fleet", lines.join("\n"));
}
