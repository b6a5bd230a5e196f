import { Refusal } from "../base/errors.ts";
import { atOnce } from "../base/turns.ts";
import { patched, sameRow, without } from "./edit/patch.ts";
import type { Directory } from "./directory.ts";
import type { FileDevices, FileProduct, FileWorkspace, FleetFile } from "./file.ts";
import { addressesAreUnique } from "./plan-addresses.ts";
import { Draughtsman, type PlanLine, type Supplies } from "./plan-draft.ts";
import { planConfiguration, ValuePlanner } from "./plan-configuration.ts";
import { planDownlinks, planNetworks } from "./plan-downlinks.ts";
import { planFields, twice } from "./plan-fields.ts";
import { planDecoder, productDetails, productDifferences } from "./plan-integrations.ts";
import { planAccounts } from "./plan-rest.ts";
import { GOES, refuseProblem, retentionDifferences, statedRetention } from "./plan-retention.ts";
import { isShorter, policyOf } from "./retention.ts";
import type { Device, FleetChange, Product, Workspace } from "./types.ts";

export interface Plan {
  /** To be given to FleetStore.commit as they are; empty: nothing to do. */
  readonly drafts: readonly FleetChange[];
  /** What is created (+), changed (~), and left as it is (=), for the person. */
  readonly lines: readonly PlanLine[];
  /** Tokens made by this plan; to be shown once, they are stored as hashes only. */
  readonly newTokens: readonly { readonly owner: string; readonly token: string }[];
}

/**
 * What it takes to bring the fleet to what the file says. Changes nothing by itself. Never deletes: what the file does
 * not mention is left alone, and said to be.
 * @param supplies the time in µs and the source of random bytes for new tokens
 * @throws Refusal invalid_fleet: the file contradicts itself or the fleet; immutable: it changes what cannot change
 */
export function plan(directory: Directory, file: FleetFile, supplies: Supplies): Plan {
  return atOnce(planInSteps(directory, file, supplies));
}
/** The same in short steps; nothing else may change the fleet meanwhile. */
export function* planInSteps(directory: Directory, file: FleetFile, supplies: Supplies): Generator<void, Plan> {
  const draft = new Draughtsman(directory, supplies);
  const planner = new Planner(directory, draft);
  for (const [i, workspace] of file.workspaces.entries()) yield* planner.workspace(workspace, `workspaces[${i}]`);
  const accounts = planAccounts(directory, draft, file);
  yield* planner.leftAlone(file);
  accounts.leftAlone(file);
  if (draft.drafts.length === 0) draft.line("=", "everything is already as the file says");
  return draft;
}

/** Devices of one step. */
const AT_ONCE = 200;

/** Workspaces, products, fields and devices. */
class Planner {
  constructor(
    private readonly directory: Directory,
    private readonly draft: Draughtsman,
  ) {}

  *workspace(file: FileWorkspace, path: string): Generator<void> {
    const { draft } = this;
    const known = this.directory.workspaceBySlug(file.slug);
    if (draft.workspaces.has(file.slug)) throw twice(`${path}.slug`, file.slug);
    const [uid, name] = [known?.uid ?? draft.temporary(), file.name ?? known?.name ?? file.slug];
    const row = patched<Workspace>({ ...known, uid, slug: file.slug, name }, { uuid: file.uuid });
    draft.workspaces.set(file.slug, row.uid);
    const named = { name: [known?.name, row.name], uuid: [known?.uuid, row.uuid] } as const;
    draft.put("workspace", row, known, `workspace ${file.slug}`, named);
    planNetworks(this.directory, draft, file, row.uid, path);
    for (const [i, product] of file.products.entries()) yield* this.product(product, row.uid, `${path}.products[${i}]`);
  }

  private *product(file: FileProduct, workspace: number, path: string): Generator<void> {
    const { draft } = this;
    const node = this.directory.product(file.slug);
    const known = node?.row;
    if (draft.products.has(file.slug)) throw twice(`${path}.slug`, file.slug);
    if (known && known.workspace !== workspace) {
      throw new Refusal(
        "invalid_fleet",
        `${path}.slug: the slug "${file.slug}" belongs to a product of another workspace; slugs are unique in the ` +
          "instance. Choose another slug.",
      );
    }
    const stated: Product = {
      ...without(known, "retention"),
      uid: known?.uid ?? draft.temporary(),
      workspace,
      slug: file.slug,
      name: file.name ?? known?.name ?? file.slug,
      retainLastValues: file.retain_last_values ?? known?.retainLastValues ?? false,
      publishBackfill: file.publish_backfill ?? known?.publishBackfill ?? false,
      boolText: file.bool_text ?? known?.boolText ?? "true",
      ...statedRetention(file, known?.retention),
    };
    const version = planDecoder(this.directory, file, stated.uid, draft.supplies.now);
    const row = patched<Product>(stated, {
      onlineTimeout: file.online_timeout,
      ...productDetails(file, version.number),
    });
    refuseProblem(path, row);
    draft.products.set(file.slug, { uid: row.uid, workspace });
    draft.put("product", row, known, `product ${file.slug}`, {
      name: [known?.name, row.name],
      retain_last_values: [known?.retainLastValues, row.retainLastValues],
      publish_backfill: [known?.publishBackfill, row.publishBackfill],
      bool_text: [known?.boolText, row.boolText],
      online_timeout: [known?.onlineTimeout, row.onlineTimeout],
      ...productDifferences(known, row),
      ...retentionDifferences("product", known?.retention, row.retention),
    });
    draft.drafts.push(...version.drafts);
    planFields(this.directory, draft, file, row, path);
    planConfiguration(this.directory, draft, file, row, path);
    planDownlinks(this.directory, draft, file, row, path);
    this.retentionOfOthers(file, row, known, path);
    yield* this.devices(file, row.uid, path);
  }

  /** A product's retention is that of its other fields, too. Says when something will go. */
  private retentionOfOthers(file: FileProduct, row: Product, known: Product | undefined, path: string): void {
    const node = this.directory.product(file.slug);
    if (!known || !node) return;
    const own = new Set(file.fields.map(({ id }) => id));
    for (const field of node.fields.values()) if (!own.has(field.row.id)) refuseProblem(path, row, field.row);
    if (isShorter(policyOf(known), policyOf(row))) this.draft.line("~", `product ${file.slug}: ${GOES}`);
  }

  private *devices(file: FileProduct, product: number, path: string): Generator<void> {
    const node = this.directory.product(file.slug);
    const final = new Map<string, { readonly serial: string | null; readonly path: string }>();
    for (const [id, d] of node?.devicesById ?? []) {
      if (final.size % AT_ONCE === 0) yield;
      final.set(id, { serial: d.row.serial, path: "" });
    }
    const rows = new Map<string, Device>();
    const values = new ValuePlanner(this.directory, this.draft, product);
    for (const [i, entry] of file.devices.entries()) {
      const at = `${path}.devices[${i}]`;
      const changes = { created: 0, changed: 0 };
      for (const d of entry.devices) {
        if (rows.size % AT_ONCE === 0) yield;
        if (rows.has(d.id)) throw twice(`${at}.id`, d.id);
        const known = node?.devicesById.get(d.id)?.row;
        const stated: Device = {
          ...known,
          uid: known?.uid ?? this.draft.temporary(),
          product,
          id: d.id,
          name: d.name ?? known?.name ?? d.id,
          serial: d.serial === undefined ? (known?.serial ?? null) : d.serial,
          tags: d.tags ?? known?.tags ?? [],
        };
        const { location, metadata, onlineTimeout } = d;
        const row = patched<Device>(stated, { location, metadata, onlineTimeout });
        rows.set(d.id, row);
        final.set(d.id, { serial: row.serial, path: at });
        const own = values.of(d, row.uid, known !== undefined, `${at}.configuration`);
        if (known && sameRow(known, row) && !own) continue;
        if (!known || !sameRow(known, row)) this.draft.drafts.push({ kind: "device", op: "put", row });
        if (known) changes.changed++;
        else changes.created++;
      }
      this.deviceLines(file.slug, entry, changes);
    }
    for (const value of values.drafts) this.draft.drafts.push(value);
    yield;
    let named = 0;
    for (const [id, row] of rows) {
      this.draft.device(file.slug, id, row.uid);
      if (++named % AT_ONCE === 0) yield;
    }
    yield* addressesAreUnique(final);
  }

  private deviceLines(
    slug: string,
    entry: FileDevices,
    n: { readonly created: number; readonly changed: number },
  ): void {
    const name = `${slug}/${entry.pattern}`;
    if (entry.devices.length === 1) {
      if (n.created > 0) this.draft.line("+", `device ${name}`);
      if (n.changed > 0) this.draft.line("~", `device ${name}`);
      return;
    }
    if (n.created > 0) this.draft.line("+", `devices ${name}: ${n.created} new`);
    if (n.changed > 0) this.draft.line("~", `devices ${name}: ${n.changed} changed`);
  }

  /** Says what exists and is not in the file. */
  *leftAlone(file: FleetFile): Generator<void> {
    const { directory, draft } = this;
    for (const workspace of directory.workspaces()) {
      const own = file.workspaces.find((w) => w.slug === workspace.slug);
      if (!own) {
        draft.leftAlone("workspace", "workspaces", [workspace.slug]);
        continue;
      }
      const products = directory.productsOf(workspace.uid);
      const slugs = new Set(own.products.map((p) => p.slug));
      const others = products.filter((p) => !slugs.has(p.row.slug)).map((p) => p.row.slug);
      draft.leftAlone(`product of ${workspace.slug}`, `products of ${workspace.slug}`, others);
      for (const p of own.products) {
        const node = directory.product(p.slug);
        if (!node) continue;
        yield;
        const fields = new Set(p.fields.map((f) => f.id));
        const devices = new Set<string>();
        for (const line of p.devices)
          for (const { id } of line.devices) if (devices.add(id).size % AT_ONCE === 0) yield;
        const otherFields = [...node.fields.keys()].filter((id) => !fields.has(id));
        const otherDevices: string[] = [];
        let looked = 0;
        for (const id of node.devicesById.keys()) {
          if (++looked % AT_ONCE === 0) yield;
          if (!devices.has(id)) otherDevices.push(id);
        }
        draft.leftAlone(`field of ${p.slug}`, `fields of ${p.slug}`, otherFields);
        draft.leftAlone(`device of ${p.slug}`, `devices of ${p.slug}`, otherDevices);
      }
    }
  }
}
