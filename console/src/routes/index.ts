import { createRootRoute, createRoute, redirect } from "@tanstack/react-router";
import { queryClient } from "../api/index.ts";
import { sessionQuery } from "../api/session.ts";
import { speak, type Text, wantedLanguage } from "../text/index.ts";
import { needsWholeText } from "../text/wanted.ts";

/** The routes that hold others; pages hang theirs below them, and src/app puts what is drawn into them. */

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    /** What stands in the line at the top for this page; parts of the address come as they are. */
    readonly crumb?: (t: Text, params: Readonly<Record<string, string>>) => string;
    /** The page that this one is below, when its route is not: where it is, and what it is called. */
    readonly above?: (
      t: Text,
      params: Readonly<Record<string, string>>,
    ) => { readonly to: string; readonly text: string };
  }
}

export const rootRoute = createRootRoute({
  beforeLoad: ({ location }) => speak(wantedLanguage(), needsWholeText(location.pathname)),
});

/** Pages without the frame, for who is not signed in. */
export const openRoute = createRoute({ getParentRoute: () => rootRoute, id: "open" });

/** Pages with the sidebar, for who is signed in. */
export const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "frame",
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    if (!session.signed_in) throw redirect({ to: "/sign-in", search: { from: `/console${location.href}` } });
  },
});

/** Pages of a workspace: its slug is in the address, so that a link shows a colleague the same. */
export const workspaceRoute = createRoute({ getParentRoute: () => frameRoute, path: "w/$workspace" });
