import { BadValues } from "../../base/errors.ts";
import { slugify } from "../../topic/grammar.ts";
import { fieldRows, formulaProblem } from "../formulas.ts";
import type { FieldNode, ProductNode } from "../nodes.ts";
import type { Draughtsman } from "../plan-draft.ts";
import { isSlug, RULE } from "../rules.ts";
import type { Field, Product } from "../types.ts";
import { checkNetworkName } from "./networks.ts";
import { type Changes, patched, sameRow } from "./patch.ts";

/** Edits of products and fields, for FleetService.edit: each looks at the fleet of this moment and drafts the change. */

interface ProductWish {
  /** Made from the name when absent. */
  readonly slug?: string | undefined;
  readonly name: string;
  /** In lower case; a random one when absent. */
  readonly uuid?: string | undefined;
  readonly settings: Changes<
    Pick<Product, "retainLastValues" | "publishBackfill" | "boolText" | "onlineTimeout" | "network">
  >;
}

/** @returns the slug. @throws BadValues already_exists, invalid_request */
export function createProduct(draft: Draughtsman, workspace: number, wish: ProductWish): string {
  const slug = wish.slug ?? freeSlug(draft, wish.name);
  if (draft.directory.product(slug))
    throw new BadValues("already_exists", [
      { path: "slug", message: `A product with the slug "${slug}" exists already in this instance.` },
    ]);
  const { uuid } = wish;
  if (uuid !== undefined && draft.directory.productKeys.byUuid(uuid)) throw uuidIsTaken("product");
  checkNetworkName(draft.directory, workspace, wish.settings.network);
  const plain: Product = {
    ...(uuid !== undefined && { uuid }),
    uid: 0,
    workspace,
    slug,
    name: wish.name,
    retainLastValues: false,
    publishBackfill: false,
    boolText: "true",
  };
  draft.drafts.push({ kind: "product", op: "put", row: patched<Product>(plain, wish.settings) });
  return slug;
}

/** A slug from a name; a number behind it while it is taken. */
function freeSlug(draft: Draughtsman, name: string): string {
  const base = slugify(name);
  if (base === "")
    throw new BadValues("invalid_request", [
      { path: "slug", message: `No slug can be made from this name. Give one: ${RULE.slug}.` },
    ]);
  for (let n = 1; n <= 1000; n++) {
    const end = n === 1 ? "" : `-${n}`;
    const slug = base.slice(0, 64 - end.length).replace(/[-_]$/, "") + end;
    if (isSlug(slug) && !draft.directory.product(slug)) return slug;
  }
  throw new BadValues("already_exists", [{ path: "slug", message: "Too many products have this name; give a slug." }]);
}

/** Changes what may change of a product. The slug stands in topics and never changes. @throws BadValues invalid_request: there is no such network */
export function changeProduct(draft: Draughtsman, node: ProductNode, changes: Changes<Product>): void {
  checkNetworkName(draft.directory, node.row.workspace, changes.network);
  const row = patched(node.row, changes);
  if (!sameRow(row, node.row)) draft.drafts.push({ kind: "product", op: "put", row });
}

type FieldMore = "unit" | "decimals" | "description" | "active" | "role" | "semantic" | "settable" | "formula" | "uuid";
interface FieldWish extends Changes<Pick<Field, FieldMore>> {
  readonly id: string;
  readonly type: Field["type"];
  readonly name: string;
}

/** @throws BadValues already_exists */
export function createField(draft: Draughtsman, product: ProductNode, wish: FieldWish): void {
  if (product.fields.has(wish.id))
    throw new BadValues("already_exists", [
      { path: "id", message: `${product.row.slug} has a field ${wish.id} already.` },
    ]);
  const { id, type, name, ...more } = wish;
  const all = () => [...draft.directory.products()].flatMap(({ fields }) => [...fields.values()]);
  if (more.uuid && all().some(({ row }) => row.uuid === more.uuid)) throw uuidIsTaken("field");
  roleIsFree(product, id, more.role);
  const plain: Field = { uid: 0, product: product.row.uid, id, type, name, unit: null };
  const row = patched<Field>(plain, more);
  formulaHolds(product, row);
  draft.drafts.push({ kind: "field", op: "put", row });
}
/** @throws BadValues invalid_request: its formula is none, or leads back to itself */
function formulaHolds(product: ProductNode, row: Field): void {
  const problem = formulaProblem(new Map([...fieldRows(product), [row.id, row]]), row);
  if (problem !== null) throw new BadValues("invalid_request", [{ path: "formula", message: problem }]);
}

/** Of each role a product has one field. @throws BadValues already_exists */
function roleIsFree({ fields }: ProductNode, id: string, role: Field["role"] | null): void {
  const other = role && [...fields.values()].find(({ row }) => row.role === role && row.id !== id);
  if (!other) return;
  throw new BadValues("already_exists", [
    { path: "role", message: `${other.row.id} is the product's ${role} field already. Take the role from it first.` },
  ]);
}
export function uuidIsTaken(kind: string): BadValues {
  return new BadValues("already_exists", [{ path: "uuid", message: `A ${kind} with this UUID exists already.` }]);
}

/** Changes what may change of a field: not its identifier and not its type, under which measurements are stored. */
export function changeField(draft: Draughtsman, { row, product }: FieldNode, changes: Changes<Field>): void {
  const next = patched(row, changes);
  roleIsFree(product, row.id, next.role);
  // one that was broken by something else does not stand in the way of other changes
  if (next.formula !== row.formula) formulaHolds(product, next);
  if (!sameRow(next, row)) draft.drafts.push({ kind: "field", op: "put", row: next });
}
