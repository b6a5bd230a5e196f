import { join } from "node:path";
import { command, type Disturber } from "../disturber.ts";

export const backup: Disturber = {
  id: "backup",
  title: "backups, one after the other",
  lanes: 1,
  disturb: ({ data, scratch }) => command(["backup", join(scratch, `${crypto.randomUUID()}.tar`), "--data", data]),
};
