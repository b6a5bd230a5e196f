import { z } from "zod";
import { Refusal } from "../../base/errors.ts";
import { printTime } from "../../measure/time.ts";
import { allow } from "./allow.ts";
import { actorOf } from "./actor.ts";
import { findInstance } from "./instance.ts";
import { type AnyOperation, type Handled, route } from "./route.ts";
import * as values from "../../admin/values.ts";

/** Backups in the folder that `--backup-dir` names. */

const backup = z
  .object({ name: z.string(), time: values.time, bytes: z.int() })
  .meta({ id: "Backup", description: "A backup that was made and verified." });
const TAR = "application/x-tar";

function noFolder(): Refusal {
  return new Refusal("not_available", "No folder is set for backups; start the server with --backup-dir.");
}

export const BACKUPS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/backups",
    id: "listBackups",
    tag: "Instance",
    summary: "List backups",
    description: "Newest first. It takes the instance permission `operate`.",
    result: z.object({ items: z.array(backup) }),
    refusals: ["not_permitted", "not_available"],
    find: findInstance,
    run: ({ found }) => {
      const list = found.backups.list();
      if (list === null) throw noFolder();
      return { body: { items: list.map(({ name, time, bytes }) => ({ name, time: printTime(time), bytes })) } };
    },
  }),
  route({
    method: "post",
    path: "/backups",
    id: "createBackup",
    tag: "Instance",
    summary: "Create a backup",
    description:
      "Makes one now and verifies it; the answer comes when it is done. It takes the instance permission `operate`.",
    status: 201,
    result: backup,
    refusals: ["not_permitted", "not_available", "storage_unavailable"],
    find: findInstance,
    run: async ({ found, again }) => {
      if (found.backups.list() === null) throw noFolder();
      const made = await found.backups.make();
      again();
      const newest = found.backups.list()?.[0];
      if (!made || newest === undefined)
        throw new Refusal("storage_unavailable", "The backup failed; the server's log says why.");
      const { name, time, bytes } = newest;
      return { body: { name, time: printTime(time), bytes }, location: `/api/v1/backups/${name}` };
    },
  }),
];

export const BACKUP_FILES: readonly Handled[] = [
  {
    described: {
      method: "get",
      path: "/backups/{backup}",
      id: "downloadBackup",
      tag: "Instance",
      summary: "Download a backup",
      description: "The file itself: it holds everything, secrets too. It takes the instance permission `operate`.",
      result: z.string(),
      contents: [TAR],
      onlyThese: true,
      refusals: ["not_permitted", "not_available", "not_found"],
    },
    handler:
      ({ deps, pace }) =>
      (c) => {
        const who = actorOf(deps, c);
        allow({ deps, pace }, c, who.principal.key);
        const name = c.req.param("backup") ?? "";
        const { backups } = findInstance({ deps, who, param: () => name });
        const file = backups.read(name);
        if (file === null) throw new Refusal("not_found", "There is no backup of this name.");
        return new Response(file.stream, {
          headers: {
            "Content-Type": TAR,
            "Content-Length": `${file.bytes}`,
            "Content-Disposition": `attachment; filename="${name}"`,
          },
        });
      },
  },
];
