import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import { Refusal } from "../../base/errors.ts";
import { LEAST_PASSWORD } from "../../people/password.ts";
import type { LinkInfo } from "../../people/types.ts";
import { readBody } from "../kit/body.ts";
import { CONSOLE } from "../kit/static.ts";
import { wantsPage } from "../kit/wants-page.ts";
import type { Handler, HttpContext } from "../deps.ts";
import { mustBePrivate } from "./cookies.ts";
import { checkedInput } from "./input.ts";
import type { PeopleDeps } from "./operation.ts";
import { mustBeOurPage } from "./session.ts";
import { useBody, useLink } from "./use-link.ts";

/**
 * The page that a link leads to: a form, made here, without a script. What stands in it is escaped by the template.
 */

const MAX_BODY = 16 * 1024;
const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:clamp(1.5rem,8vh,4rem) auto;padding:0 1rem;color:#1a1a1a;background:#fff;overflow-wrap:anywhere}
h1{font-size:1.75rem;line-height:1.2}label{display:block;margin:1rem 0 .25rem}input{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;border:1px solid #777;border-radius:4px}
button{font:inherit;margin-top:1.5rem;padding:.5rem 1.5rem;border:0;border-radius:4px;background:#087443;color:#fff}:focus-visible{outline:2px solid #0a7d4b;outline-offset:1px}
.bad{padding:.5rem .75rem;border-left:4px solid #b00;background:#fee}small{display:block;margin-top:.25rem;line-height:1.4;color:#555}
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}input{color:inherit;background:#222}.bad{background:#411}small{color:#aaa}:focus-visible{outline-color:#4fd194}}`;
const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;
type Html = ReturnType<typeof html>;

/** Headers of the page in place of those for answers to programs. */
export async function pageHeaders(c: HttpContext, next: () => Promise<void>): Promise<void> {
  c.set("policy", POLICY);
  await next();
  // with no-referrer browsers would not say where the form comes from; nobody else hears the address either way
  c.res.headers.set("Referrer-Policy", "same-origin");
}

/**
 * `GET /link/<secret>`: a browser is led to the page of the console, when there is one, with the secret behind the `#`; else the form. Looking
 * does not use the link up: mail programs look, too.
 */
export function showLinkPage(deps: PeopleDeps): Handler {
  return async (c) => {
    try {
      mustBePrivate(c, deps.people.publicUrl);
      if (deps.files?.hasPage && wantsPage(c) && c.req.query("form") === undefined)
        return c.redirect(`${CONSOLE}link#${encodeURIComponent(c.req.param("secret") ?? "")}`, 303);
      const info = await deps.people.service.links.look(c.req.param("secret") ?? "");
      return c.html(form(info, null));
    } catch (error) {
      return failure(c, error);
    }
  };
}

/** `POST /link/<secret>`: what the form sends. */
export function useLinkPage(deps: PeopleDeps): Handler {
  return async (c) => {
    const secret = c.req.param("secret") ?? "";
    try {
      mustBePrivate(c, deps.people.publicUrl);
      mustBeOurPage(c, deps.people);
      const text = new TextDecoder().decode(await readBody(c.req.raw, MAX_BODY));
      const fields = [...new URLSearchParams(text)].filter(([, value]) => value !== "");
      const given = checkedInput(useBody, { ...Object.fromEntries(fields), secret });
      const email = await useLink(deps, c, given);
      return c.html(
        page("Done", html`<p>The account <b>${email}</b> is ready. You can sign in with its password now.</p>`),
      );
    } catch (error) {
      return failure(c, error, await lookAgain(deps, secret));
    }
  };
}

/** What can still be done with a link after a mistake; null: nothing. */
async function lookAgain(deps: PeopleDeps, secret: string): Promise<LinkInfo | null> {
  try {
    return await deps.people.service.links.look(secret);
  } catch {
    return null;
  }
}

/** A refusal as a page. */
export function problemPage(c: HttpContext, error: unknown): Response | Promise<Response> {
  c.set("policy", POLICY);
  return failure(c, error);
}

/** A refusal as a page, with the form again where it can be mended. */
function failure(c: HttpContext, error: unknown, again: LinkInfo | null = null): Response | Promise<Response> {
  if (!(error instanceof Refusal)) throw error;
  // a status of our catalogue is one of HTTP
  const status = error.http as 400 | 401 | 403 | 410 | 429 | 503;
  if (error.retryAfter !== undefined) c.header("Retry-After", String(error.retryAfter));
  if (again !== null && error.code !== "cross_site") return c.html(form(again, error.message), status);
  return c.html(page("This does not work", html`<p class="bad">${error.message}</p>`), status);
}

const TITLES = { setup: "Set up your account", reset: "Choose a new password", invitation: "You are invited" } as const;

function form(info: LinkInfo, problem: string | null): Html {
  const { kind, email, workspace, role } = info;
  const joins = kind === "invitation";
  return page(
    TITLES[kind],
    html`${problem === null ? "" : html`<p class="bad">${problem}</p>`}
${joins ? html`<p>Join <b>${workspace?.name || workspace?.slug}</b> (${role}) as <b>${email}</b>.</p>` : ""}
<form method="post" autocomplete="on">
${
  kind === "setup"
    ? html`<label for="email">E-mail address</label><input id="email" name="email" type="email" required value="${email}">`
    : html`<input type="hidden" autocomplete="username" value="${email}">`
}
<label for="password">${joins ? "Password" : "New password"}</label>
<input id="password" name="password" type="password" required autofocus autocomplete="${joins ? "current-password" : "new-password"}">
<small>${joins ? "Of your account; if you have none here, choose one: at" : "At"} least ${LEAST_PASSWORD} characters; several words make a good one.</small>
${
  joins
    ? html`<label for="code">Code, if your account has a second factor</label><input id="code" name="code" autocomplete="one-time-code">`
    : ""
}
<div><button>${joins ? "Join" : "Save"}</button></div>
</form>`,
  );
}

function page(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} – fieldcast</title><style>${raw(STYLE)}</style></head>
<body><h1>${title}</h1>
${body}
</body></html>`;
}
