import { Refusal } from "../base/errors.ts";
import type { StoredPreference } from "../store/ports.ts";
import type { Core } from "./core.ts";

/** Of an account, over all workspaces. */
export const MOST_PREFERENCES = 200;
/** Characters of one, as JSON. */
export const MOST_PREFERENCE = 8192;

/**
 * What people prefer: saved views, columns, how it looks. It follows the account to every browser. Only pages read it: for the
 * server each is a bounded piece of JSON under a name, so the audit log has no entry for it.
 */
export class Preferences {
  constructor(private readonly core: Core) {}

  /** All of an account, by name. */
  list(user: number): Promise<readonly StoredPreference[]> {
    return this.core.needs.store.preferences(user);
  }

  /**
   * Keeps one, in the place of what was there under its name. @param workspace uid; null: for everything
   * @param value any JSON; null takes it away
   * @throws Refusal value_too_large, quota_exceeded; not_found: the account or the workspace is gone
   */
  set(user: number, workspace: number | null, name: string, value: unknown): Promise<void> {
    const text = JSON.stringify(value);
    if (text.length > MOST_PREFERENCE)
      throw new Refusal("value_too_large", `A preference has at most ${MOST_PREFERENCE} characters as JSON.`);
    const { store, micros } = this.core.needs;
    return this.core.inTurn(async () => {
      if (value === null) return store.change([{ op: "preference_delete", user, workspace, name }]);
      const known = await store.preferences(user);
      const isNew = !known.some((one) => one.name === name && one.workspace === workspace);
      if (isNew && known.length >= MOST_PREFERENCES)
        throw new Refusal(
          "quota_exceeded",
          `An account has at most ${MOST_PREFERENCES} preferences. Take one away first.`,
        );
      const preference = { user, workspace, name, value: text, changed: micros() };
      return store.change([{ op: "preference_put", preference }]);
    });
  }
}
