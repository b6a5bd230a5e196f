import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { createApiUser, createToken, createWorkspace, rotateToken } from "../fleet/edit/accounts.ts";
import { createDevices } from "../fleet/edit/devices.ts";
import { createField, createProduct } from "../fleet/edit/products.ts";
import { deviceNamed, productNamed } from "../fleet/named.ts";
import type { DeviceNode, ProductNode } from "../fleet/nodes.ts";
import { numbersOf, rangeOf } from "../fleet/range.ts";
import { isDeviceId, RULE } from "../fleet/rules.ts";
import type { ApiUser, Workspace } from "../fleet/types.ts";
import { grantsFrom } from "./grants.ts";
import * as the from "./values.ts";
import { checked } from "./checked.ts";
import type { OperationsDeps } from "./types.ts";
import { type Chosen, describe, takenBy, type Taken } from "./taken.ts";

/** Making, listing and deleting what a fleet consists of, in the words and with the rules of the HTTP API. */

const text = z.string().min(1).max(512);
const dryRun = z.boolean().default(false);
export const schemas = {
  workspaceCreate: z.strictObject({ slug: the.slug, name: the.name.optional(), owner: text.optional() }),
  workspaceDelete: z.strictObject({ workspace: text, dryRun }),
  productCreate: z.strictObject({ slug: the.slug, name: the.name.optional(), workspace: text.optional() }),
  productShow: z.strictObject({ product: text }),
  productDelete: z.strictObject({ product: text, dryRun }),
  fieldCreate: z.strictObject({
    product: text,
    id: the.fieldId,
    type: the.fieldTypeGiven,
    name: the.name.optional(),
    unit: the.unit.optional(),
    decimals: the.decimals.optional(),
  }),
  fieldList: z.strictObject({ product: text }),
  deviceCreate: z.strictObject({
    product: text,
    id: text,
    name: the.name.optional(),
    serial: the.serial.optional(),
    tags: the.tags.optional(),
    location: the.location.optional(),
  }),
  devicesDelete: z.strictObject({
    product: text.optional(),
    tag: text.optional(),
    pattern: text.optional(),
    device: text.optional(),
    dryRun,
  }),
  apiUserCreate: z.strictObject({
    name: the.name,
    workspace: text.optional(),
    grants: the.grants.default([]),
    mqtt: z.boolean().default(true),
    expires: z.number().nullable().default(null),
  }),
  apiUserList: z.strictObject({ workspace: text.optional() }),
  apiUserDelete: z.strictObject({ who: text, dryRun }),
  tokenRotate: z.strictObject({
    which: text,
    graceSeconds: z.int().min(0).max(2_592_000).default(86_400),
    expires: z.number().nullable().optional(),
  }),
};

/** What a deletion takes, in numbers and in sentences; in a dry run it would. */
export interface Deleted {
  readonly dryRun: boolean;
  readonly names: readonly string[];
  readonly takes: Taken;
  readonly sentences: readonly string[];
}

/** @throws Refusal as each operation's edit says; not_found, unknown_product, invalid_request */
export function manage(deps: OperationsDeps) {
  const { fleet, directory } = deps;
  return {
    workspaceCreate: checked(schemas.workspaceCreate, ({ slug, name = slug, owner }) =>
      fleet.edit((draft) => ({ workspace: createWorkspace(draft, { slug, name }, ownerOf(deps, owner)), name })),
    ),
    workspaceList: checked(z.strictObject({}), async () =>
      [...directory.workspaces()].map((row) => showWorkspace(deps, row)),
    ),
    workspaceDelete: checked(schemas.workspaceDelete, ({ workspace, dryRun: dry }) => {
      const row = workspaceOf(deps, workspace);
      const products = directory.productsOf(row.uid);
      const chosen = { ...nothing(), products, apiUsers: directory.apiUsersOf(row.uid) };
      return remove(deps, `Workspace ${row.slug}`, [row.slug], withParts(chosen), dry, [["workspace", row.uid]]);
    }),
    productCreate: checked(schemas.productCreate, ({ slug, name = slug, workspace }) =>
      fleet.edit((draft) => {
        const row = workspaceOf(deps, workspace);
        return { product: createProduct(draft, row.uid, { slug, name, settings: {} }), workspace: row.slug };
      }),
    ),
    productShow: checked(schemas.productShow, async ({ product }) => showProduct(productNamed(directory, product))),
    productDelete: checked(schemas.productDelete, ({ product, dryRun: dry }) => {
      const node = productNamed(directory, product);
      const chosen = withParts({ ...nothing(), products: [node] });
      return remove(deps, `Product ${product}`, [product], chosen, dry, [["product", node.row.uid]]);
    }),
    fieldCreate: checked(schemas.fieldCreate, ({ product, id, type, name = id, ...more }) =>
      fleet.edit((draft) => {
        createField(draft, productNamed(directory, product), { id, type, name, ...more });
        return { product, field: id, type };
      }),
    ),
    fieldList: checked(schemas.fieldList, async ({ product }) => showProduct(productNamed(directory, product)).fields),
    deviceCreate: checked(schemas.deviceCreate, ({ product, id, ...wish }) =>
      fleet.edit(async (draft) => {
        const ids = idsOf(id);
        if (ids.length > 1 && wish.serial)
          throw new Refusal(
            "invalid_request",
            "Every device of a range needs its own serial; make them by a fleet file.",
          );
        const wishes = ids.map((one) => ({ id: one, ...wish }));
        return { product, devices: await createDevices(draft, productNamed(directory, product), wishes) };
      }),
    ),
    devicesDelete: checked(schemas.devicesDelete, ({ dryRun: dry, ...wish }) => {
      const devices = chosenDevices(deps, wish);
      const names = devices.map(({ row, product }) => `${product.row.slug}/${row.id}`);
      const what = devices.length === 1 ? `Device ${names[0]}` : `${devices.length} devices`;
      const drafts = devices.map(({ row }) => ["device", row.uid] as const);
      return remove(deps, what, names, { ...nothing(), devices }, dry, drafts);
    }),
    apiUserCreate: checked(schemas.apiUserCreate, async ({ workspace, grants, expires, ...wish }) => {
      const row = workspaceOf(deps, workspace);
      const secret = await fleet.edit((draft) => {
        const uid = createApiUser(draft, row.uid, { ...wish, grants: grantsFrom(draft, row.uid, grants) });
        return createToken(draft, { user: null, apiUser: uid }, "first token", expires);
      });
      return { apiUser: `${wish.name}@${row.slug}`, expires, secret };
    }),
    apiUserList: checked(schemas.apiUserList, async ({ workspace }) => {
      const rows =
        workspace === undefined ? [...directory.apiUsers()] : directory.apiUsersOf(workspaceOf(deps, workspace).uid);
      return rows.map((row) => showApiUser(deps, row));
    }),
    apiUserDelete: checked(schemas.apiUserDelete, ({ who, dryRun: dry }) => {
      const key = fleet.accountKey(who);
      const row = key.startsWith("a:") ? directory.apiUser(Number(key.slice(2))) : undefined;
      if (!row) throw new Refusal("invalid_request", `"${who}" is a person: fieldcast account delete deletes those.`);
      const name = fleet.accountName(key);
      return remove(deps, `API user ${name}`, [name], { ...nothing(), apiUsers: [row] }, dry, [["apiUser", row.uid]]);
    }),
    tokenRotate: checked(schemas.tokenRotate, async ({ which, graceSeconds, expires }) => {
      const old = fleet.tokenOf(which);
      const until = expires === undefined ? old.expires : expires;
      const token = await fleet.edit((draft) => rotateToken(draft, old, graceSeconds * 1_000_000, until));
      return { old: old.uid, graceSeconds, ...fleet.tokenInfo(token), secret: token };
    }),
  };
}

const nothing = (): Chosen => ({ products: [], fields: [], devices: [], apiUsers: [] });
/** With the fields and devices of products. */
function withParts(chosen: Chosen): Chosen {
  const fields = chosen.products.flatMap((product) => [...product.fields.values()]);
  const devices = chosen.products.flatMap((product) => [...product.devicesById.values()]);
  return { ...chosen, fields, devices };
}

async function remove(
  deps: OperationsDeps,
  what: string,
  names: readonly string[],
  chosen: Chosen,
  dry: boolean,
  drafts: readonly (readonly ["workspace" | "product" | "device" | "apiUser", number])[],
): Promise<Deleted> {
  const takes = await takenBy(deps, chosen);
  const sentences = describe(what, takes);
  if (dry || drafts.length === 0) return { dryRun: dry, names, takes, sentences };
  await deps.fleet.edit((draft) => {
    for (const [kind, uid] of drafts) draft.drafts.push({ kind, op: "delete", uid });
  });
  const [devices, fields] = [chosen.devices.map(({ row }) => row.uid), chosen.fields.map(({ row }) => row.uid)];
  // after the fleet: what a crash in between leaves belongs to numbers that are never given again
  if (devices.length + fields.length > 0) await deps.eraser.forget({ devices, fields });
  return { dryRun: false, names, takes, sentences };
}

/** The only workspace when none is named. @throws Refusal not_found, invalid_request */
function workspaceOf({ directory }: OperationsDeps, slug: string | undefined): Workspace {
  const all = [...directory.workspaces()];
  const found = slug === undefined ? all : all.filter((row) => row.slug === slug);
  const [row] = found;
  const names = all
    .map((one) => one.slug)
    .slice(0, 20)
    .join(", ");
  if (!row)
    throw new Refusal(
      "not_found",
      slug === undefined
        ? "There is no workspace yet."
        : `There is no workspace "${slug}"; there is ${names || "none"}.`,
    );
  if (found.length > 1)
    throw new Refusal("invalid_request", `There are several workspaces (${names}): name one with --workspace.`);
  return row;
}
/** Who will own a workspace: who is named, else the first administrator. */
function ownerOf({ directory }: OperationsDeps, email: string | undefined): number {
  const people = [...directory.users()];
  const user =
    email === undefined ? people.find(({ admin }) => admin) : directory.userByEmail(email.trim().toLowerCase());
  if (user) return user.uid;
  throw new Refusal(
    "not_found",
    email === undefined
      ? "Nobody administers this instance: name an owner with --owner."
      : `There is no account "${email}".`,
  );
}

/** @throws Refusal invalid_request */
function idsOf(id: string): string[] {
  const range = rangeOf(id);
  if (typeof range === "string") throw new Refusal("invalid_request", `id: ${range}.`);
  const ids = range === null ? [id] : [...numbersOf(range)].map((n) => range.prefix + n + range.suffix);
  if (!ids.every(isDeviceId))
    throw new Refusal("invalid_request", `id: allowed is ${RULE.deviceId}; or a range like dev{0..99}.`);
  return ids;
}

/** Devices that fulfil all that is said; of which something must be. @throws Refusal unknown_product, invalid_request */
function chosenDevices(
  deps: OperationsDeps,
  wish: Omit<z.output<typeof schemas.devicesDelete>, "dryRun">,
): DeviceNode[] {
  const { tag, pattern, device, product } = wish;
  if (tag === undefined && pattern === undefined && device === undefined)
    throw new Refusal(
      "invalid_request",
      'Say which devices: --tag, or --pattern (like "dev*"; "*" is all of the product).',
    );
  if ((pattern ?? device) !== undefined && product === undefined)
    throw new Refusal("invalid_request", "A pattern needs a product.");
  const node = product === undefined ? null : productNamed(deps.directory, product);
  const one = device === undefined || node === null ? undefined : deviceNamed(node, device);
  const all = one ? [one] : node === null ? [...deps.directory.devices()] : [...node.devicesById.values()];
  return all.filter(
    ({ row }) => (tag === undefined || row.tags.includes(tag)) && (pattern === undefined || fits(pattern, row.id)),
  );
}

/** Whether a text is what a pattern says: `*` is any characters, `?` is one. */
export function fits(pattern: string, given: string): boolean {
  let [at, in_, star, mark] = [0, 0, -1, 0];
  while (in_ < given.length) {
    if (at < pattern.length && pattern[at] === "*") [star, mark] = [at++, in_];
    else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === given[in_])) [at, in_] = [at + 1, in_ + 1];
    else if (star >= 0) [at, in_] = [star + 1, ++mark];
    else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}

function showWorkspace({ directory }: OperationsDeps, { uid, slug, name }: Workspace) {
  const products = directory.productsOf(uid);
  const devices = products.reduce((sum, { devicesById }) => sum + devicesById.size, 0);
  const members = directory.membersOf(uid).length;
  return { slug, name, products: products.length, devices, members, apiUsers: directory.apiUsersOf(uid).length };
}
function showProduct({ row, workspace, fields, devicesById }: ProductNode) {
  return {
    slug: row.slug,
    name: row.name,
    workspace: workspace.slug,
    retainLastValues: row.retainLastValues,
    publishBackfill: row.publishBackfill,
    boolText: row.boolText,
    onlineTimeout: row.onlineTimeout ?? null,
    devices: devicesById.size,
    fields: [...fields.values()].map((field) => ({
      id: field.row.id,
      type: field.row.type,
      name: field.row.name,
      unit: field.row.unit,
      decimals: field.row.decimals ?? null,
      active: field.row.active ?? true,
    })),
  };
}
function showApiUser({ directory }: OperationsDeps, { uid, name, workspace, mqtt, grants }: ApiUser) {
  const slug = directory.workspace(workspace)?.slug ?? "";
  return {
    apiUser: uid,
    name,
    workspace: slug,
    mqtt,
    grants: grants.length,
    tokens: directory.tokensOf(`a:${uid}`).length,
  };
}
