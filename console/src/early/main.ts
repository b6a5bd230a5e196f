/**
 * The first script of the page, small and before all others: light or dark is decided before anything is drawn; then the code that the page of
 * this address needs and its questions to the API are asked for at once, beside the console's own code, which would ask for them one after
 * the other. Nothing depends on it: what it does not ask for is asked for later.
 */
import "../theme/scheme.js";
import { needsWholeText, wantedLanguage } from "../text/wanted.ts";
import { askEarly } from "./answers.ts";
import { askedBy, SESSION } from "./asked.ts";
import { type Preloads, preloadsOf } from "./preloads.ts";

/** Written by the build (console/early.ts). */
declare const FIELDCAST_PRELOADS: Preloads;

const BASE = "/console/";
const path = location.pathname.slice(BASE.length).replace(/\/$/, "");

const language = needsWholeText(location.pathname) ? wantedLanguage() : null;
for (const name of preloadsOf(FIELDCAST_PRELOADS, path, language)) {
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.href = BASE + name;
  document.head.append(link);
}

/** Whether somebody is signed in. */
async function isSignedIn(): Promise<boolean> {
  const early = await askEarly(SESSION);
  // what it answers is read by the console, too
  const session = (await early?.answer.clone().json()) as { readonly signed_in?: unknown } | undefined;
  return session?.signed_in === true;
}

const asked = askedBy(path, location.search);
if (asked !== null || path === "sign-in") {
  // only who is signed in asks further: a refusal would stand in the browser's console
  const signedIn = isSignedIn().catch(() => false);
  for (const address of asked ?? []) void askEarly(address, signedIn);
}
