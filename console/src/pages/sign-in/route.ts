import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { openRoute } from "../../routes/index.ts";

export interface SignInSearch {
  /** Where to go afterwards: an address of the console. */
  readonly from?: string;
}

/** Only addresses of the console: a link must not lead who signs in to another site. */
export function signInSearch({ from }: Readonly<Record<string, unknown>>): SignInSearch {
  return typeof from === "string" && /^\/console\/(?![/\\])/.test(from) ? { from } : {};
}

export const signInRoute = createRoute({
  getParentRoute: () => openRoute,
  path: "sign-in",
  validateSearch: signInSearch,
  staticData: { crumb: (t) => t.signIn.title },
  component: lazyRouteComponent(() => import("./sign-in-page.tsx"), "SignInPage"),
});

/** What a link of a mail or of the command line opens; its secret stands behind the `#`, which browsers send to nobody. */
export const linkRoute = createRoute({
  getParentRoute: () => openRoute,
  path: "link",
  staticData: { crumb: (t) => t.signIn.link.title },
  component: lazyRouteComponent(() => import("./link-page.tsx"), "LinkPage"),
});
