const KEY = "fieldcast-workspace";

/** Remembers which workspace was looked at last in this browser. */
export function rememberWorkspace(slug: string): void {
  try {
    localStorage.setItem(KEY, slug);
  } catch {}
}

/** The workspace to begin with: the one that was looked at last, if it may still be seen, else the first; null: there is none. */
export function rememberedWorkspace(workspaces: readonly { readonly slug: string }[]): string | null {
  let last: string | null = null;
  try {
    last = localStorage.getItem(KEY);
  } catch {}
  return (workspaces.find(({ slug }) => slug === last) ?? workspaces[0])?.slug ?? null;
}
