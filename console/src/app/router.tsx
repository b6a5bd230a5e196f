import { createRoute, createRouter, redirect } from "@tanstack/react-router";
import { queryClient } from "../api/index.ts";
import { sessionQuery, workspacesQuery } from "../api/session.ts";
import { frameRoute, openRoute, rootRoute, workspaceRoute } from "../routes/index.ts";
import { Broken, NotFound } from "./failures.tsx";
import { Frame } from "./frame.tsx";
import { OPEN_PAGES, PAGES, WORKSPACE_PAGES } from "./pages.ts";
import { rememberedWorkspace } from "./remembered.ts";

frameRoute.update({ component: Frame });

/** `/console/`: the workspace that was looked at last. */
const startRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/",
  beforeLoad: async () => {
    const workspace = rememberedWorkspace(await queryClient.ensureQueryData(workspacesQuery));
    if (workspace !== null) throw redirect({ to: "/w/$workspace/home", params: { workspace } });
  },
});

const routeTree = rootRoute.addChildren([
  openRoute.addChildren(OPEN_PAGES),
  frameRoute.addChildren([startRoute, ...PAGES, workspaceRoute.addChildren(WORKSPACE_PAGES)]),
]);

export const router = createRouter({
  routeTree,
  basepath: "/console",
  // hovering a link loads the page behind it
  defaultPreload: "intent",
  // answers are kept by the cache of queries alone
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: Broken,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

/**
 * Asks who is signed in and loads the page of the address at once: the router would do one after the other, behind the texts. Where
 * nobody need be signed in, nobody is asked for.
 */
export function beginEarly(): void {
  const [matchedRoutes] = router.getMatchedRoutes(router.latestLocation.pathname);
  for (const { id, options } of matchedRoutes) {
    if (id === frameRoute.id) void queryClient.prefetchQuery(sessionQuery);
    // of pages that are loaded by themselves
    const component: { readonly preload?: () => Promise<void> | undefined } | undefined = options.component;
    void component?.preload?.();
  }
}
