import { oneClock } from "../../base/clock.ts";
import { Authority } from "../../auth/authority.ts";
import { Metrics } from "../../base/metrics.ts";
import type { IdentityProvider } from "../../people/types.ts";
import { HERE, makePeople, PASSWORD } from "../../people/people.testing.ts";
import { mustFit, operationFor } from "../api/api.testing.ts";
import { makeWorld } from "../http.testing.ts";
import { createHttp } from "../index.ts";

export const OWNER = "owner@localhost";
export const OWN_PAGE = "https://cloud.example";

export interface Asked {
  readonly cookie?: string | null;
  readonly csrf?: string | null;
  readonly token?: string;
  readonly origin?: string;
  readonly site?: string;
  /** In place of JSON. */
  readonly form?: Record<string, string>;
  readonly base?: string;
  readonly from?: string;
  readonly headers?: Record<string, string>;
}

/** The HTTP side with people in it: an owner with a password, nobody signed in. */
export async function makePeopleHttp(
  given: Parameters<typeof makePeople>[0] & { provider?: IdentityProvider; maxRequestRate?: number } = {},
) {
  const { provider = null, maxRequestRate = 0, ...wishes } = given;
  const world = await makePeople({ publicUrl: OWN_PAGE, ...wishes });
  const { people, fleet, directory, settings, time } = world;
  const authority = new Authority(directory);
  const { createHttp: _, ...rest } = { ...makeWorld({ maxRequestRate }), createHttp };
  const deps = {
    ...rest,
    directory,
    fleet,
    authority,
    metrics: new Metrics(),
    clock: oneClock(() => time.now),
    people: { service: people, fleet, publicUrl: settings.publicUrl, mail: true, provider },
  };
  const { braked } = rest;
  const http = createHttp(deps);
  await people.setPassword(OWNER, PASSWORD);

  const ask = async (method: string, path: string, body: object | null = null, asked: Asked = {}) => {
    const { cookie, csrf, token, origin, site, form, base = OWN_PAGE, from = HERE.address } = asked;
    const headers = new Headers(asked.headers);
    if (cookie != null) headers.set("Cookie", cookie);
    if (csrf != null) headers.set("X-CSRF-Token", csrf);
    if (token !== undefined) headers.set("Authorization", `Token ${token}`);
    if (origin !== undefined) headers.set("Origin", origin);
    if (site !== undefined) headers.set("Sec-Fetch-Site", site);
    let text: string | undefined;
    if (form !== undefined) {
      text = new URLSearchParams(form).toString();
      headers.set("Content-Type", "application/x-www-form-urlencoded");
    } else if (body !== null) {
      text = JSON.stringify(body);
      if (!headers.has("Content-Type")) headers.set("Content-Type", "application/json");
    }
    const request = new Request(`${base}${path}`, { method, headers, ...(text !== undefined && { body: text }) });
    const answer = await http.fetch(request, { remoteAddress: from });
    const streams = answer.headers.get("Content-Type")?.startsWith("text/event-stream") === true;
    if (streams) await answer.body?.cancel(); // it has no end
    const raw = streams ? "" : await answer.text();
    const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
    // tests say what they expect of it
    const json = (isJson ? JSON.parse(raw) : {}) as Record<string, unknown>;
    const operation = path.startsWith("/api/v1/") ? operationFor(method, path.slice("/api/v1".length)) : undefined;
    if (operation) mustFit(operation, { status: answer.status, headers: answer.headers, body: json });
    return { status: answer.status, headers: answer.headers, text: raw, json, code: String(json.code ?? "") };
  };

  /** Signs a browser in. @returns its cookie and its CSRF token, to be sent with requests */
  const enter = async (email = OWNER, password = PASSWORD, more: Asked & { code?: string } = {}) => {
    const { code, ...asked } = more;
    const answer = await ask("POST", "/api/v1/auth/sign-in", { email, password, ...(code && { code }) }, asked);
    if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${answer.text}`);
    const [cookie = ""] = (answer.headers.get("Set-Cookie") ?? "").split(";", 1);
    return { cookie, csrf: String(answer.json.csrf_token) };
  };
  return { ...world, authority, http, ask, enter, braked };
}
