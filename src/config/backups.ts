import { setting } from "./setting.ts";
import { count, duration, fileName, oneOf } from "./values.ts";

/** Settings of backups that the server makes itself. */
export const BACKUP_SETTINGS = {
  backupDir: setting({
    group: "storage",
    value: "DIR",
    schema: fileName(),
    fallback: null,
    description: "folder for backups by the clock; without it there are none",
  }),
  backupEvery: setting({
    group: "storage",
    value: "SECONDS",
    schema: duration("s", 60, 365 * 86_400),
    fallback: "1 d",
    description: "time from one such backup to the next",
  }),
  backupKeep: setting({
    group: "storage",
    value: "N",
    schema: count(1, 10_000),
    fallback: "7",
    description: "such backups that are kept; older ones are removed after a new one is verified",
  }),
  upgradeBackup: setting({
    group: "storage",
    value: "off|rewrites|always",
    schema: oneOf("off", "rewrites", "always"),
    fallback: "rewrites",
    description: "a backup before an upgrade of the data: never, when it rewrites some of them, or always",
  }),
} as const;
