import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { createWorkspace } from "../fleet/edit/accounts.ts";
import type { Workspace } from "../fleet/types.ts";
import { checked } from "./checked.ts";
import { uuidGiven } from "./integration-values.ts";
import { remove } from "./remove.ts";
import { type Deleted, deletion, noUser } from "./shared.ts";
import type { AdminDeps, OperationsDeps } from "./types.ts";
import * as values from "./values.ts";

/** Workspaces, for administrators of the instance. */

const schemas = {
  create: z.strictObject({
    slug: values.slug,
    name: values.name.optional(),
    owner: values.named.optional(),
    uuid: uuidGiven.optional(),
  }),
  list: z.strictObject({}),
  remove: z.strictObject({ workspace: values.named, dryRun: values.dry }),
};

/** Managing workspaces. @throws Refusal not_found, invalid_request, already_exists, storage_unavailable */
export function workspaceOperations(deps: OperationsDeps) {
  const { fleet, directory } = deps;
  return {
    workspaceCreate: checked(schemas.create, ({ slug, name = slug, owner, uuid }) =>
      fleet.edit((draft) => ({ workspace: createWorkspace(draft, { slug, name, uuid }, ownerOf(deps, owner)), name })),
    ),
    workspaceList: checked(schemas.list, async () => [...directory.workspaces()].map((row) => show(deps, row))),
    workspaceDelete: checked(schemas.remove, async ({ workspace, dryRun }): Promise<Deleted> => {
      const target = () => ({ kind: "workspace", row: workspaceOf(deps, workspace) }) as const;
      const found = target();
      const removal = await remove(deps, (decide) => fleet.edit(decide), found, { dryRun, again: target });
      return deletion(`Workspace ${found.row.slug}`, [found.row.slug], removal);
    }),
  };
}

/** The only workspace when none is named. @throws Refusal not_found, invalid_request */
export function workspaceOf({ directory }: Pick<AdminDeps, "directory">, slug: string | undefined): Workspace {
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
function ownerOf({ directory }: Pick<AdminDeps, "directory">, email: string | undefined): number {
  const people = [...directory.users()];
  const user =
    email === undefined ? people.find(({ admin }) => admin) : directory.userByEmail(email.trim().toLowerCase());
  if (user) return user.uid;
  if (email !== undefined) throw noUser(email);
  throw new Refusal("not_found", "Nobody administers this instance: name an owner with --owner.");
}

function show({ directory }: AdminDeps, { uid, slug, name }: Workspace) {
  const products = directory.productsOf(uid);
  const devices = products.reduce((sum, { devicesById }) => sum + devicesById.size, 0);
  const members = directory.membersOf(uid).length;
  return { slug, name, products: products.length, devices, members, apiUsers: directory.apiUsersOf(uid).length };
}
