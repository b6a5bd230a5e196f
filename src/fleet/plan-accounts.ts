import { Refusal } from "../base/errors.ts";
import type { Directory } from "./directory.ts";
import type { FileRight } from "./file-rights.ts";
import type { FileApiUser, FileExpiry, FileUser, FileWorkspace, FleetFile } from "./file.ts";
import { type Draughtsman, FILE_TOKEN, type TokenOwner } from "./plan-draft.ts";
import { patched } from "./edit/patch.ts";
import { rightsText } from "./grant-keys.ts";
import { numbersOf, rangeOf } from "./range.ts";
import { hashToken, tokenHint } from "./token.ts";
import {
  type ApiUser,
  DEVICE_PERMISSIONS,
  type DevicePermission,
  type Grant,
  type Membership,
  type Token,
  type TopicPermission,
  type User,
} from "./types.ts";

/** API users, people, their rights and tokens. Runs after everything that rights may name was drafted. */
export class AccountPlanner {
  /** Hash of each token in the file, and whose it is. */
  private readonly tokens = new Map<string, string>();
  private readonly emails = new Set<string>();

  constructor(
    private readonly directory: Directory,
    private readonly draft: Draughtsman,
  ) {}

  workspace(file: FileWorkspace, path: string): void {
    const uid = this.draft.findWorkspace(file.slug);
    if (uid === undefined) return; // drafted before, so it is there
    const names = new Set<string>();
    const known = new Map(this.directory.apiUsersOf(uid).map((a) => [a.name, a]));
    for (const [i, apiUser] of file.api_users.entries()) {
      const at = `${path}.api_users[${i}]`;
      if (names.has(apiUser.name))
        throw new Refusal("invalid_fleet", `${at}.name: "${apiUser.name}" is in the file twice`);
      names.add(apiUser.name);
      this.apiUser(apiUser, known.get(apiUser.name), { slug: file.slug, uid }, at);
    }
  }

  private apiUser(
    file: FileApiUser,
    known: ApiUser | undefined,
    { slug, uid: workspace }: { readonly slug: string; readonly uid: number },
    path: string,
  ): void {
    const { draft } = this;
    const word = file.grants ? "grants" : "rights";
    const grants = file[word]?.flatMap((r, i) => this.grants(r, workspace, `${path}.${word}[${i}]`));
    const same = !grants || (known !== undefined && rightsText(grants) === rightsText(known.grants));
    const [uid, mqtt] = [known?.uid ?? draft.temporary(), file.mqtt ?? known?.mqtt ?? true];
    const stated = (same ? known?.grants : grants) ?? [];
    const { home_assistant: wished } = file;
    if (wished) this.mustBeFree(wished, `${path}.home_assistant`);
    const named: ApiUser = { ...known, uid, workspace, name: file.name, mqtt, grants: stated };
    const row = patched(named, { homeAssistant: wished });
    const title = `API user "${file.name}" of ${slug}`;
    const changes: string[] = [];
    if (known && known.mqtt !== row.mqtt) changes.push(`mqtt ${known.mqtt} → ${row.mqtt}`);
    if (known && known.homeAssistant !== row.homeAssistant)
      changes.push(`home_assistant ${known.homeAssistant ?? "off"} → ${row.homeAssistant ?? "off"}`);
    if (known && !same) changes.push("its rights become those of the file");
    if (!known || changes.length > 0) draft.drafts.push({ kind: "apiUser", op: "put", row });
    if (!known) draft.line("+", title + (row.grants.length === 0 ? ", without any rights" : ""));
    else if (changes.length > 0) draft.line("~", `${title}: ${changes.join(", ")}`);
    this.token({ user: null, apiUser: row.uid, title }, file, path);
  }

  /** The grants of one line of rights. */
  private grants(r: FileRight, workspace: number, path: string): Grant[] {
    if (r.free_topics) {
      for (const key of ["free_topics", "except"] as const)
        for (const [i, filter] of (r[key] ?? []).entries()) this.mustBeFree(filter, `${path}.${key}[${i}]`);
      const can = (r.can ?? []).filter(isTopicPermission);
      return [{ scope: "free_topics", filters: r.free_topics, except: r.except ?? [], can }];
    }
    const can = (r.can ?? []).filter(isDevicePermission);
    if (r.workspace) return [{ scope: "workspace", can: r.workspace }];
    if (r.instance) return [{ scope: "instance", can: r.instance }];
    if (r.tags) return r.tags.map((tag) => ({ scope: "tag", tag, can }));
    if (r.products) {
      return r.products.map((slug, i) => {
        const product = this.draft.findProduct(slug);
        if (product?.workspace === workspace) return { scope: "product", product: product.uid, can };
        throw new Refusal(
          "invalid_fleet",
          `${path}.products[${i}]: the workspace has no product with the slug "${slug}"`,
        );
      });
    }
    if (r.device_ids) {
      const ids = r.device_ids.flatMap((id, i) => this.deviceUids(id, workspace, `${path}.device_ids[${i}]`));
      return [...new Set(ids)].map((device) => ({ scope: "device", device, can }));
    }
    return [{ scope: "all", can }];
  }

  private mustBeFree(filter: string, path: string): void {
    const { topics } = this.draft.supplies;
    if (!topics || topics.isFree(filter)) return;
    const { prefix } = topics;
    throw new Refusal(
      "invalid_fleet",
      `${path}: "${filter}" is no free topic: ${prefix}/… and ${prefix}-… belong to the platform; rights on measurements ` +
        "are given on devices, products and tags",
    );
  }

  /** `dev7`, `my-product/dev7` or a range of them. */
  private deviceUids(text: string, workspace: number, path: string): number[] {
    const range = rangeOf(text);
    if (typeof range === "string") throw new Refusal("invalid_fleet", `${path}: ${range}`);
    const names = range ? [...numbersOf(range)].map((n) => range.prefix + n + range.suffix) : [text];
    const own = this.draft.productSlugs(workspace);
    return names.map((name) => {
      const slash = name.indexOf("/");
      const id = name.slice(slash + 1);
      const slugs = slash < 0 ? [...own] : [name.slice(0, slash)].filter((s) => own.has(s));
      const found = slugs.filter((slug) => this.draft.findDevice(slug, id) !== undefined);
      const [slug] = found;
      if (slug === undefined) throw new Refusal("invalid_fleet", `${path}: the workspace has no device "${name}"`);
      if (found.length > 1) {
        const ways = found.map((s) => `${s}/${id}`).join(" or ");
        throw new Refusal("invalid_fleet", `${path}: several products have a device "${id}"; write ${ways}`);
      }
      return this.draft.findDevice(slug, id) ?? 0;
    });
  }

  user(file: FileUser, path: string): void {
    const { draft, directory } = this;
    if (this.emails.has(file.email))
      throw new Refusal("invalid_fleet", `${path}.email: "${file.email}" is in the file twice`);
    this.emails.add(file.email);
    const known = directory.userByEmail(file.email);
    const [uid, admin] = [known?.uid ?? draft.temporary(), file.admin ?? known?.admin ?? false];
    const row: User = { ...known, uid, email: file.email, admin, ...(file.uuid !== undefined && { uuid: file.uuid }) };
    const differences = { admin: [known?.admin, row.admin], uuid: [known?.uuid, row.uuid] } as const;
    draft.put("user", row, known, `user ${file.email}`, differences);
    for (const [slug, role] of Object.entries(file.workspaces)) {
      const workspace = draft.findWorkspace(slug);
      if (workspace === undefined) {
        throw new Refusal(
          "invalid_fleet",
          `${path}.workspaces: there is no workspace with the slug ${JSON.stringify(slug)}`,
        );
      }
      const before = directory.membershipsOf(row.uid).find((m) => m.workspace === workspace);
      const membership: Membership = { uid: before?.uid ?? draft.temporary(), user: row.uid, workspace, role };
      draft.put("membership", membership, before, `${file.email} in ${slug} (${role})`, { role: [before?.role, role] });
    }
    this.token({ user: row.uid, apiUser: null, title: `user ${file.email}` }, file, path);
  }

  /** The token of an account: a given one is there or is added; an absent one is made once, with the account. */
  private token(
    owner: TokenOwner,
    file: { readonly token?: string | undefined; readonly expires?: FileExpiry | undefined },
    path: string,
  ): void {
    const { draft, directory } = this;
    const expires = file.expires?.(draft.supplies.now) ?? null; // of one that is made now
    const uid = owner.user ?? owner.apiUser ?? 0;
    const own = uid > 0 ? directory.tokensOf(owner.user !== null ? `u:${uid}` : `a:${uid}`) : [];
    if (file.token === undefined) {
      if (uid <= 0) {
        draft.token(owner, undefined, expires);
        draft.line("+", `token of ${owner.title}, shown once`);
      } else {
        for (const t of own) if (t.name === FILE_TOKEN) this.expiry(owner, t, file.expires);
      }
      return;
    }
    const hash = hashToken(file.token);
    const other = this.tokens.get(hash);
    if (other !== undefined) {
      throw new Refusal(
        "invalid_fleet",
        `${path}.token: ${other} has the same token in this file; each account needs its own`,
      );
    }
    this.tokens.set(hash, owner.title);
    const known = directory.tokenByHash(hash);
    if (!known) {
      draft.token(owner, file.token, expires);
      const beside = own.length > 0 ? ", beside those it has" : "";
      draft.line("+", `token …${tokenHint(file.token)} of ${owner.title}${beside}`);
    } else if (known.user === owner.user && known.apiUser === owner.apiUser) {
      this.expiry(owner, known, file.expires);
    } else {
      throw new Refusal(
        "invalid_fleet",
        `${path}.token: this token belongs to another account. Leave the line out to have one made, or revoke it there first.`,
      );
    }
  }
  private expiry(owner: TokenOwner, token: Token, said: FileExpiry | undefined): void {
    const expires = said?.(token.created);
    if (expires === undefined || token.expires === expires) return;
    this.draft.drafts.push({ kind: "token", op: "put", row: { ...token, expires } });
    this.draft.line(
      "~",
      `token …${token.hint} of ${owner.title}: ${expires === null ? "never expires" : `expires ${new Date(expires / 1000).toISOString()}`}`,
    );
  }

  /** Says which accounts exist and are not in the file. */
  leftAlone(file: FleetFile): void {
    const { directory, draft } = this;
    for (const w of file.workspaces) {
      const uid = directory.workspaceBySlug(w.slug)?.uid;
      if (uid === undefined) continue;
      const names = new Set(w.api_users.map((a) => a.name));
      const others = directory.apiUsersOf(uid).filter((a) => !names.has(a.name));
      draft.leftAlone(
        `API user of ${w.slug}`,
        `API users of ${w.slug}`,
        others.map((a) => JSON.stringify(a.name)),
      );
    }
    draft.leftAlone(
      "user",
      "users",
      [...directory.users()].map((u) => u.email).filter((e) => !this.emails.has(e)),
    );
    for (const u of file.users) {
      const known = directory.userByEmail(u.email);
      if (!known) continue;
      const slugs = directory.membershipsOf(known.uid).map((m) => directory.workspace(m.workspace)?.slug ?? "");
      const others = slugs.filter((s) => !Object.hasOwn(u.workspaces, s));
      draft.leftAlone(`membership of ${u.email} in`, `memberships of ${u.email}`, others);
    }
  }
}

function isDevicePermission(c: DevicePermission | TopicPermission): c is DevicePermission {
  return DEVICE_PERMISSIONS.some((each) => each === c);
}
function isTopicPermission(c: DevicePermission | TopicPermission): c is TopicPermission {
  return !isDevicePermission(c);
}
