import { useEffect } from "react";
import { queryClient } from "../api/index.ts";
import { forgetPreferences, preferencesQuery } from "../api/preferences.ts";
import { sessionQuery } from "../api/session.ts";
import { onTold, tellTabs } from "../api/tabs.ts";

/** Follows the other tabs of this browser: signing out, who signs in as somebody else, and what is chosen there. */
export function useOtherTabs(): void {
  useEffect(() => {
    const session = queryClient.getQueryData(sessionQuery.queryKey);
    const email = session?.signed_in === true ? session.email : null;
    if (email !== null) tellTabs({ kind: "here", email });
    return onTold((told) => {
      if (told.kind === "preferences") void queryClient.invalidateQueries({ queryKey: preferencesQuery.queryKey });
      // the cookie is of another account, and so would be what this page asks for
      if (told.kind === "here" && told.email !== email) location.reload();
      if (told.kind !== "signed_out") return;
      forgetPreferences();
      // the whole page anew: nothing of who was here is left
      location.assign(`/console/sign-in?from=${encodeURIComponent(`${location.pathname}${location.search}`)}`);
    });
  }, []);
}
