import { resolve } from "node:path";
import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import type { DeviceNode, Directory, ProductNode } from "../fleet/directory.ts";
import { deviceNamed, productNamed } from "../fleet/named.ts";
import type { PlanLine } from "../fleet/plan-draft.ts";
import type { TokenInfo } from "../fleet/service.ts";
import { type Field, ROLES } from "../fleet/types.ts";
import { printValue } from "../measure/index.ts";
import type { FieldType } from "../measure/types.ts";
import { checkPassword } from "../people/password.ts";
import type { StoredRefusal, StoreStats } from "../store/ports.ts";
import { deleteAccount, describeAccount, listAccounts, schemas as accounts } from "./accounts.ts";
import { auditWish, listAudit } from "./audit.ts";
import { manage } from "./manage.ts";
import { rightsWish, showRights } from "./rights.ts";
import { disconnectAccount, disconnectSession, listSessions, SESSION_ORDERS, showSession } from "./sessions.ts";
import type { DevicePresence, OperationsDeps, ServerInfo } from "./types.ts";
import { listRetention, schemas as retention, setRetention } from "./retention.ts";
import { storeStats, schemas as usage } from "./storage.ts";
import { deleteData, schema as deletion } from "./data.ts";
import { checked } from "./checked.ts";
import { exportColumns, exportSeries, schemas as measurements, recordRows } from "./measurements.ts";

/**
 * What an administrator can do with a data folder: one table, used over the control socket of a running server and
 * by commands that open the stores themselves. Inputs and outputs are plain JSON.
 */

export interface Applied {
  readonly lines: readonly PlanLine[];
  /** Made by this, and shown this once; empty in a dry run. */
  readonly newTokens: readonly { readonly owner: string; readonly token: string }[];
  readonly dryRun: boolean;
}
export interface DeviceInfo {
  readonly product: string;
  readonly id: string;
  readonly name: string;
  readonly serial: string | null;
  readonly tags: readonly string[];
  /** Null when no server runs. */
  readonly presence: DevicePresence | null;
}
export interface FieldInfo {
  readonly id: string;
  readonly type: FieldType;
  readonly name: string;
  readonly unit: string | null;
}
/** A field with its current value at one device; both are null without a value, or when no server runs. */
export interface CurrentField extends FieldInfo {
  readonly value: string | null;
  /** µs */
  readonly time: number | null;
}
export interface DeviceDetails extends DeviceInfo {
  readonly workspace: string;
  readonly productName: string;
  readonly fields: readonly CurrentField[];
  /** The latest refused publishes, newest first. */
  readonly refusals: readonly StoredRefusal[];
}
export interface ProductInfo {
  readonly slug: string;
  readonly name: string;
  readonly workspace: string;
  readonly fields: readonly FieldInfo[];
  readonly devices: number;
}
/** A device and a field that a person can try things with. */
export interface Example {
  readonly product: string;
  readonly device: string;
  readonly field: FieldInfo;
}
export interface Stats {
  readonly workspaces: number;
  readonly products: number;
  readonly devices: number;
  readonly tokens: number;
  readonly store: StoreStats;
}

const name = z.string().min(1).max(512);
const schemas = {
  apply: z.strictObject({ text: z.string(), dryRun: z.boolean().default(false) }),
  setupLink: z.strictObject({ email: name.optional() }),
  accountCreate: z.strictObject({
    email: name,
    admin: z.boolean().default(false),
    workspace: name.optional(),
    role: z.enum(ROLES).default("member"),
    password: z.string().max(1024).optional(),
  }),
  tokenCreate: z.strictObject({ owner: name, name: z.string().max(200).optional(), expires: z.number().optional() }),
  tokenList: z.strictObject({ owner: name.optional() }),
  tokenRevoke: z.strictObject({ which: name }),
  deviceList: z.strictObject({
    product: name.optional(),
    tag: name.optional(),
    limit: z.number().int().min(1).max(1_000_000).default(100),
  }),
  deviceShow: z.strictObject({
    product: name,
    device: name,
    refusals: z.number().int().min(0).max(10_000).default(10),
  }),
  device: z.strictObject({ product: name, device: name }),
  deviceRename: z.strictObject({ product: name, device: name, id: name }),
  field: z.strictObject({ product: name, field: name }),
  refusals: z.strictObject({ product: name, device: name, limit: z.number().int().min(1).max(10_000).default(100) }),
  sessions: z.strictObject({
    account: name.optional(),
    contains: z.string().max(65_535).optional(),
    connected: z.boolean().optional(),
    sort: z.enum(SESSION_ORDERS).default("age"),
    limit: z.number().int().min(1).max(1_000_000).default(100),
  }),
  // as long as the standard allows
  session: z.strictObject({ client: z.string().min(1).max(65_535), account: name.optional() }),
  account: z.strictObject({ account: name }),
  nothing: z.strictObject({}),
};

/**
 * The table of operations. Each checks its input and rejects with a Refusal: invalid_request for input that is not of
 * its form, otherwise what the fleet's rules say (unknown_device, invalid_fleet, …) or storage_unavailable.
 */
export function operations(deps: OperationsDeps) {
  const { fleet, directory } = deps;
  return {
    apply: checked(schemas.apply, async ({ text, dryRun }): Promise<Applied> => {
      const plan = await fleet.applyFile(text, { dryRun });
      return { lines: plan.lines, newTokens: dryRun ? [] : plan.newTokens, dryRun };
    }),
    setupLink: checked(schemas.setupLink, ({ email }) => deps.people.links.makeSetup(email ?? null)),
    accountCreate: checked(schemas.accountCreate, (wish) => createAccount(deps, wish)),
    accountList: checked(accounts.list, async (wish) => listAccounts(deps, wish)),
    accountDescribe: checked(accounts.one, async (wish) => describeAccount(deps, wish)),
    accountDelete: checked(accounts.one, (wish) => deleteAccount(deps, wish)),
    tokenCreate: checked(schemas.tokenCreate, ({ owner, name: title, expires }) =>
      fleet.createToken(owner, {
        ...(title !== undefined && { name: plainText(title) }),
        ...(expires !== undefined && { expires }),
      }),
    ),
    tokenList: checked(schemas.tokenList, async ({ owner }): Promise<TokenInfo[]> => fleet.listTokens(owner)),
    tokenRevoke: checked(schemas.tokenRevoke, ({ which }) => fleet.revokeToken(which)),
    productList: checked(schemas.nothing, async () => [...directory.products()].map(productInfo)),
    deviceList: checked(schemas.deviceList, async (wish) => listDevices(deps, wish)),
    deviceShow: checked(schemas.deviceShow, (wish) => showDevice(deps, wish)),
    deviceDescribe: checked(schemas.device, async (what) => fleet.describeDeletion(what)),
    deviceDelete: checked(schemas.device, async (what) => {
      const { row } = await fleet.deleteDevice(what.product, what.device);
      // After the fleet: what is left behind by a crash in between belongs to a number that is never given again.
      await deps.eraser.forget({ devices: [row.uid] });
      return { product: what.product, device: row.id };
    }),
    deviceRename: checked(schemas.deviceRename, async ({ product, device, id }) => {
      const before = deviceNamed(productNamed(directory, product), device).row.id;
      const { row } = await fleet.renameDevice(product, device, id);
      return { product, device: row.id, before };
    }),
    fieldDescribe: checked(schemas.field, async (what) => fleet.describeDeletion(what)),
    fieldDelete: checked(schemas.field, async (what) => {
      const { row } = await fleet.deleteField(what.product, what.field);
      await deps.eraser.forget({ fields: [row.uid] });
      return { product: what.product, field: row.id };
    }),
    ...manage(deps),
    refusals: checked(schemas.refusals, async ({ product, device, limit }) =>
      deps.store.readRefusals(deviceNamed(productNamed(directory, product), device).row.uid, null, limit),
    ),
    sessionList: checked(schemas.sessions, async (wish) => listSessions(deps, wish)),
    sessionShow: checked(schemas.session, async (wish) => showSession(deps, wish)),
    sessionDisconnect: checked(schemas.session, async (wish) => disconnectSession(deps, wish)),
    sessionDisconnectAll: checked(schemas.account, async (wish) => disconnectAccount(deps, wish)),
    exportSeries: checked(measurements.exportSeries, (wish) => exportSeries(deps, wish)),
    exportColumns: checked(measurements.exportColumns, (wish) => exportColumns(deps, wish)),
    retentionList: checked(retention.list, async (wish) => listRetention(deps, wish)),
    retentionSet: checked(retention.set, (wish) => setRetention(deps, wish)),
    storeStats: checked(usage.stats, (wish) => storeStats(deps, wish)),
    storeSweep: checked(schemas.nothing, async () => {
      await deps.sweeps.run();
      return { next: deps.sweeps.next() };
    }),
    dataDelete: checked(deletion, (wish) => deleteData(deps, wish)),
    importRows: checked(measurements.importRows, ({ rows }) => recordRows(deps, rows)),
    rights: checked(rightsWish, (wish) => showRights(deps, wish)),
    auditList: checked(auditWish, (wish) => listAudit(deps, wish)),
    example: checked(schemas.nothing, async () => example(directory)),
    stats: checked(schemas.nothing, async (): Promise<Stats> => countAll(directory, await deps.store.stats())),
    info: checked(schemas.nothing, async (): Promise<ServerInfo | null> => {
      const info = deps.info?.();
      if (info === undefined) return null;
      // who asks may stand in another folder
      return { ...info, caFile: info.caFile === null ? null : resolve(info.caFile) };
    }),
  };
}
export type Operations = ReturnType<typeof operations>;
export type OperationName = keyof Operations;
export type Answer<N extends OperationName> = Awaited<ReturnType<Operations[N]>>;

/** Titles are shown in terminals and pages. */
function plainText(text: string): string {
  if (/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text))
    throw new Refusal("invalid_request", "A name must not hold control characters.");
  return text;
}

function deviceInfo(deps: OperationsDeps, device: DeviceNode): DeviceInfo {
  const { id, name: title, serial, tags } = device.row;
  const presence = deps.presence?.(device) ?? null;
  return { product: device.product.row.slug, id, name: title, serial, tags, presence };
}
function fieldsOf(product: ProductNode): FieldInfo[] {
  return [...product.fields.values()].map(({ row }) => fieldInfo(row));
}
function fieldInfo({ id, type, name: title, unit }: Field): FieldInfo {
  return { id, type, name: title, unit };
}
function productInfo(product: ProductNode): ProductInfo {
  const { slug, name: title } = product.row;
  const fields = fieldsOf(product);
  return { slug, name: title, workspace: product.workspace.slug, fields, devices: product.devicesById.size };
}

function listDevices(deps: OperationsDeps, wish: z.output<typeof schemas.deviceList>) {
  const { directory } = deps;
  const all = wish.product ? productNamed(directory, wish.product).devicesById.values() : directory.devices();
  const { tag } = wish;
  const devices: DeviceInfo[] = [];
  let total = 0;
  for (const device of all) {
    if (tag !== undefined && !device.row.tags.includes(tag)) continue;
    if (total++ < wish.limit) devices.push(deviceInfo(deps, device));
  }
  return { devices, total };
}

async function showDevice(deps: OperationsDeps, wish: z.output<typeof schemas.deviceShow>): Promise<DeviceDetails> {
  const device = deviceNamed(productNamed(deps.directory, wish.product), wish.device);
  const { product } = device;
  const refusals = wish.refusals > 0 ? await deps.store.readRefusals(device.row.uid, null, wish.refusals) : [];
  return {
    ...deviceInfo(deps, device),
    workspace: product.workspace.slug,
    productName: product.row.name,
    fields: [...product.fields.values()].map((field): CurrentField => {
      const current = deps.current?.(device.row.uid, field.row.uid) ?? null;
      const value = current && printValue(field.row.type, current.value, product.row.boolText);
      return { ...fieldInfo(field.row), value, time: current?.time ?? null };
    }),
    refusals,
  };
}

/** Makes an account, with a password or a link to set one. */
async function createAccount({ people }: OperationsDeps, wish: z.output<typeof schemas.accountCreate>) {
  if (wish.password !== undefined) checkPassword(wish.password, wish.email.trim().toLowerCase());
  const { admin, role, workspace = null } = wish;
  const email = await people.create({ email: wish.email, admin, workspace, role });
  if (wish.password === undefined) return { email, setup: await people.links.makeSetup(email) };
  await people.setPassword(email, wish.password);
  return { email, setup: null };
}

/** The first device of a product that has a field; a number before other types, since everybody knows how to write one. */
function example(directory: Directory): Example | null {
  for (const product of directory.products()) {
    const [device] = product.devicesById.values();
    const fields = fieldsOf(product);
    const field = fields.find((one) => one.type === "NUMERIC") ?? fields[0];
    if (device && field) return { product: product.row.slug, device: device.row.id, field };
  }
  return null;
}

function countAll(directory: Directory, store: StoreStats): Stats {
  const count = (all: Iterable<unknown>) => [...all].length;
  return {
    workspaces: count(directory.workspaces()),
    products: count(directory.products()),
    devices: count(directory.devices()),
    tokens: count(directory.tokens()),
    store,
  };
}
