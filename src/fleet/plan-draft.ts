import type { PlatformTopics } from "../topic/platform.ts";
import type { AccountChange } from "../store/ports.ts";
import type { AuditNote } from "./audit.ts";
import type { Directory } from "./directory.ts";
import { hashToken, newToken, type Random, tokenHint } from "./token.ts";
import type { ConfigurationField, FleetChange, FleetKind, FleetRows, Token } from "./types.ts";

export interface PlanLine {
  readonly sign: "+" | "~" | "=";
  readonly text: string;
}
export interface Supplies {
  /** µs since the epoch. */
  readonly now: number;
  readonly random: Random;
  /** Says which topics are free; absent where the instance's prefix is not known, and nothing is checked by it. */
  readonly topics?: PlatformTopics | undefined;
  /** Why requests to an address are always refused; absent without a server, and nothing is checked by it. */
  readonly whyNever?: ((url: string) => string | null) | undefined;
}
/** Per setting: the value before (undefined: none) and after. */
export type Differences = Readonly<Record<string, readonly [unknown, unknown]>>;

/** Exactly one of `user` and `apiUser` is a uid. `title`: for the person; `name`: of the token, FILE_TOKEN if absent. */
export interface TokenOwner {
  readonly user: number | null;
  readonly apiUser: number | null;
  readonly title: string;
  readonly name?: string;
}

/** Collects what a plan consists of, and knows the rows that the file creates by the names the file uses. */
export class Draughtsman {
  readonly drafts: FleetChange[] = [];
  /** Changes to how people sign in, in the same commit; they may speak of accounts and workspaces by temporary uids of `drafts`. */
  readonly accounts: AccountChange[] = [];
  /** What is to be noted in the audit log besides the drafts, in the same commit. */
  readonly notes: AuditNote[] = [];
  readonly lines: PlanLine[] = [];
  readonly newTokens: { owner: string; token: string }[] = [];
  /** Rows the file names, by slug; with real or temporary uids. */
  readonly workspaces = new Map<string, number>();
  readonly products = new Map<string, { readonly uid: number; readonly workspace: number }>();
  /** Configuration fields that the file names, by "<product uid> <id>". */
  readonly configuration = new Map<string, ConfigurationField>();
  private readonly devicesOf = new Map<string, Map<string, number>>();
  private last = 0;

  constructor(
    readonly directory: Directory,
    readonly supplies: Supplies,
  ) {}

  /** A uid for a row that does not exist yet: negative, as FleetStore.commit wants it. */
  temporary(): number {
    return --this.last;
  }
  line(sign: PlanLine["sign"], text: string): void {
    this.lines.push({ sign, text });
  }
  /** Drafts a row that is new (`known` undefined) or differs, with a line that says so. */
  put<K extends FleetKind>(
    kind: K,
    row: FleetRows[K],
    known: FleetRows[K] | undefined,
    title: string,
    differences: Differences,
  ): void {
    const changed = Object.entries(differences).filter(([, [before, after]]) => before !== after);
    if (known && changed.length === 0) return;
    // A kind with its own row type is a change; TypeScript cannot join them for a generic K.
    this.drafts.push({ kind, op: "put", row } as unknown as FleetChange);
    if (!known) this.line("+", title);
    else this.line("~", `${title}: ${changed.map(([k, [a, b]]) => `${k} ${show(a)} → ${show(b)}`).join(", ")}`);
  }
  leftAlone(one: string, many: string, names: readonly string[]): void {
    if (names.length === 0) return;
    const shown = names.slice(0, 3).join(", ");
    if (names.length === 1) this.line("=", `${one} ${shown} is not in the file and is left alone`);
    else
      this.line(
        "=",
        `${names.length} ${many} are not in the file and are left alone (${shown}${names.length > 3 ? ", …" : ""})`,
      );
  }

  device(slug: string, id: string, uid: number): void {
    const map = this.devicesOf.get(slug) ?? new Map<string, number>();
    map.set(id, uid);
    this.devicesOf.set(slug, map);
  }
  /** The device with this id of a product, in the file or in the fleet. */
  findDevice(slug: string, id: string): number | undefined {
    return this.devicesOf.get(slug)?.get(id) ?? this.directory.product(slug)?.devicesById.get(id)?.row.uid;
  }
  /** Product slugs of a workspace, in the file or in the fleet. */
  productSlugs(workspace: number): Set<string> {
    const slugs = new Set(this.directory.productsOf(workspace).map((p) => p.row.slug));
    for (const [slug, p] of this.products) if (p.workspace === workspace) slugs.add(slug);
    return slugs;
  }
  findProduct(slug: string): { readonly uid: number; readonly workspace: number } | undefined {
    return this.products.get(slug) ?? this.directory.product(slug)?.row;
  }
  findWorkspace(slug: string): number | undefined {
    return this.workspaces.get(slug) ?? this.directory.workspaceBySlug(slug)?.uid;
  }

  /** Drafts a token of an owner; makes one when none is given, and notes it to be shown. */
  token(owner: TokenOwner, given: string | undefined, expires: number | null): void {
    const token = given ?? newToken(this.supplies.random);
    if (given === undefined) this.newTokens.push({ owner: owner.title, token });
    const row: Token = {
      uid: 0,
      hash: hashToken(token),
      hint: tokenHint(token),
      name: owner.name ?? FILE_TOKEN,
      user: owner.user,
      apiUser: owner.apiUser,
      created: this.supplies.now,
      expires,
    };
    this.drafts.push({ kind: "token", op: "put", row });
  }
}
/** Name of the tokens that come from a fleet file. */
export const FILE_TOKEN = "fleet file";

function show(value: unknown): string {
  if (value === null || value === undefined) return "none";
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
