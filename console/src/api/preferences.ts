import { queryOptions, useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { api, queryClient } from "./index.ts";
import type { Preference } from "./people.d.ts";
import { sessionQuery } from "./session.ts";
import { tellTabs } from "./tabs.ts";

/**
 * What who is signed in prefers: saved views, columns, density, theme and language. It is kept with the account, so every browser
 * shows the same; a copy in this browser is what pages begin with, so that nothing moves when the answer comes.
 */

type Known = readonly Pick<Preference, "name" | "workspace" | "value">[];

const COPY = "fieldcast-preferences";

/** Whose they are; null: nobody is signed in. */
function account(): string | null {
  const session = queryClient.getQueryData(sessionQuery.queryKey);
  return session?.signed_in === true ? session.email : null;
}

/** The copy in this browser, if it is this account's. */
function copied(): Known | undefined {
  try {
    const { of, items } = JSON.parse(localStorage.getItem(COPY) ?? "{}") as { of?: unknown; items?: unknown };
    // it was written below
    return of === account() && Array.isArray(items) ? (items as Known) : undefined;
  } catch {
    return undefined;
  }
}
function copy(items: Known): void {
  try {
    localStorage.setItem(COPY, JSON.stringify({ of: account(), items }));
  } catch {}
}
/** Leaves nothing behind in this browser: who was signed in goes. */
export function forgetPreferences(): void {
  try {
    localStorage.removeItem(COPY);
  } catch {}
}

export const preferencesQuery = queryOptions({
  queryKey: ["preferences"],
  queryFn: async ({ signal }): Promise<Known> => {
    const { items } = (await api.listPreferences({ signal })).data;
    copy(items);
    return items;
  },
  initialData: copied,
  // the copy may be of yesterday
  initialDataUpdatedAt: 0,
  staleTime: 60_000,
});

/** The value under a name. @param workspace slug; null: for everything */
export function preferenceIn(known: Known | undefined, name: string, workspace: string | null): unknown {
  return known?.find((one) => one.name === name && one.workspace === workspace)?.value;
}

const replaced = (known: Known, name: string, workspace: string | null, value: unknown): Known => {
  const rest = known.filter((one) => one.name !== name || one.workspace !== workspace);
  return value === null || value === undefined ? rest : [...rest, { name, workspace, value }];
};

/** Keeps a value with the account; what is shown has it at once. Rejects when the server refuses it, and takes it back then. */
export async function setPreference(name: string, workspace: string | null, value: unknown): Promise<void> {
  const key = preferencesQuery.queryKey;
  const before = preferenceIn(queryClient.getQueryData(key), name, workspace);
  const put = (what: unknown) =>
    queryClient.setQueryData(key, (known: Known | undefined) => replaced(known ?? [], name, workspace, what));
  put(value);
  // an answer that is on its way does not have it; cancelling goes back to what was there when it was asked
  await queryClient.cancelQueries({ queryKey: key });
  put(value);
  try {
    await api.setPreference({ preference: name, body: { workspace, value } });
    copy(queryClient.getQueryData(key) ?? []);
    tellTabs({ kind: "preferences" });
  } catch (error) {
    put(before);
    throw error;
  }
}

/** A preference of who is signed in, and how it is changed. */
export interface Kept<T> {
  readonly value: T;
  readonly keep: (next: T) => void;
  /** Why it could not be kept. */
  readonly error: Error | null;
}

/**
 * @param workspace slug; null: for everything
 * @param read what was kept, as it may be used; null: it cannot, and is as if it were not there. The same function each time
 */
export function usePreference<T>(
  name: string,
  workspace: string | null,
  initial: T,
  read: (raw: unknown) => T | null,
): Kept<T> {
  const { data } = useQuery({ ...preferencesQuery, select: (known) => preferenceIn(known, name, workspace) });
  const [error, setError] = useState<Error | null>(null);
  const keep = useCallback(
    (next: T) => {
      setError(null);
      setPreference(name, workspace, next).catch(setError);
    },
    [name, workspace],
  );
  return { value: (data === undefined ? null : read(data)) ?? initial, keep, error };
}
