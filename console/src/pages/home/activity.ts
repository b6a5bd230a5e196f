import type { AuditEntry } from "../../../../sdk/operations.js";

/** What one actor did in a row, newest first: one line of the list. */
export interface Deed {
  /** Id of the newest entry. */
  readonly id: AuditEntry["id"];
  /** When the newest entry was, RFC 3339. */
  readonly time: string;
  readonly actor: string;
  /** As the audit log spells it: `device.create`. */
  readonly action: string;
  /** What it was done to, newest first. */
  readonly targets: readonly string[];
}

/** Entries that follow each other with the same actor and action become one. @param entries newest first */
export function deedsOf(entries: readonly AuditEntry[]): Deed[] {
  const deeds: (Deed & { targets: string[] })[] = [];
  for (const { id, time, actor, action, target } of entries) {
    const last = deeds.at(-1);
    if (last?.actor === actor.name && last.action === action) last.targets.push(target.name);
    else deeds.push({ id, time, actor: actor.name, action, targets: [target.name] });
  }
  return deeds;
}

/** An action in the words of a language; what it has no word for stays as it is spelt: `downlink.send` is "downlink send". */
export function actionText(
  action: string,
  words: { readonly kinds: Record<string, string>; readonly verbs: Record<string, string> },
): string {
  return action
    .split(".")
    .map((part, at) => (at === 0 ? words.kinds : words.verbs)[part] ?? part.replaceAll("_", " "))
    .join(" ");
}
