import { CATALOGUE } from "../../base/errors.ts";
import { hashToken } from "../../fleet/token.ts";
import type { FleetChange, FleetRows, Grant } from "../../fleet/types.ts";
import { makeWorld, OWNER } from "../http.testing.ts";
import { DESCRIBED } from "./index.ts";
import { openApi } from "./openapi.ts";
import type { AnyDescribed } from "./route.ts";

const DOCUMENT = openApi(DESCRIBED);

/** A JSON answer; the tests that read it say what they expect. */
// biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the test is about
export type Json = any;

interface Answered {
  readonly status: number;
  readonly body: Json;
  readonly headers: Headers;
}

/** More accounts of the first workspace of http.testing.ts, each with what it may. */
export const MANAGER = "1".repeat(40);
export const FLEET_MANAGER = "2".repeat(40);
export const EDITOR = "3".repeat(40);
export const ADMIN = "4".repeat(40);
export const OBSERVER = "5".repeat(40);
/** May manage integrations, and view nothing. */
export const INTEGRATOR = "6".repeat(40);
/** May manage rules, and view nothing. */
export const RULER = "07".repeat(20);

const account = (uid: number, secret: string, grants: readonly Grant[]): FleetChange[] => [
  { kind: "apiUser", op: "put", row: { uid, workspace: 1, name: `api ${uid}`, mqtt: true, grants } },
  tokenOf(uid, secret, null, uid),
];
function tokenOf(uid: number, secret: string, user: number | null, apiUser: number | null): FleetChange {
  const row = {
    uid: 200 + uid,
    hash: hashToken(secret),
    hint: secret.slice(-4),
    name: "",
    user,
    apiUser,
    created: 0,
    expires: null,
  };
  return { kind: "token", op: "put", row };
}
const person = (uid: number, secret: string, role: "admin" | "observer"): FleetChange[] => [
  { kind: "user", op: "put", row: { uid, email: `${role}@example.com`, admin: false } },
  { kind: "membership", op: "put", row: { uid, user: uid, workspace: 1, role } },
  tokenOf(100 + uid, secret, uid, null),
];

/** A version of the first product's decoder that is not in force. */
const DECODER: FleetRows["decoder"] = {
  ...{ uid: 900, product: 1, number: 1, code: "function Decoder() { return []; }" },
  ...{ function: null, created: 0, by: "somebody", note: "" },
};

/** A configuration field of the first product. */
const DEPTH: FleetRows["configurationField"] = {
  ...{ uid: 900, product: 1, id: "depth", name: "Depth", type: "number", default: 1, unit: "m", description: null },
};

/**
 * The world of http.testing.ts with more accounts, and `api`, which asks and holds every answer against the operation
 * that the document has for it: what it must look like, and whether a refusal is one that it names.
 */
export function makeApi(given: Parameters<typeof makeWorld>[0] = {}) {
  const world = makeWorld({ maxBody: 1_000_000, ...given });
  world.directory.apply([
    ...account(20, MANAGER, [{ scope: "workspace", can: ["members"] }]),
    ...account(21, FLEET_MANAGER, [{ scope: "workspace", can: ["devices"] }]),
    ...account(22, EDITOR, [
      { scope: "device", device: 1, can: ["edit_basics"] },
      { scope: "product", product: 2, can: ["edit_product"] },
    ]),
    ...account(24, RULER, [{ scope: "workspace", can: ["rules"] }]),
    ...account(23, INTEGRATOR, [{ scope: "workspace", can: ["integrations"] }]),
    { kind: "decoder", op: "put", row: DECODER },
    { kind: "configurationField", op: "put", row: DEPTH },
    ...person(11, ADMIN, "admin"),
    ...person(12, OBSERVER, "observer"),
  ]);
  const device = world.directory.deviceByUid(1);
  const wish = { name: null, by: "u:1", content: { form: "bytes", hex: "01", port: 1 }, confirmed: false } as const;
  /** The device's downlink 0102030405060708, which waits. */
  const queued = device && world.downlinks.service.intake.send({ ...wish, device, replace: false, wait: 3600 });
  const api = async (
    method: string,
    path: string,
    secret: string | null = OWNER,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answered> => {
    const isText = typeof body === "string";
    await queued;
    const text = body === undefined ? undefined : isText ? body : JSON.stringify(body);
    const type: Record<string, string> =
      text === undefined ? {} : { "Content-Type": isText ? "text/csv" : "application/json" };
    const answer = await world.ask(method, `/api/v1${path}`, secret, text, { ...type, ...headers });
    const answered = { status: answer.status, headers: answer.headers, body: (await answer.json()) as Json };
    const operation = operationFor(method, path);
    if (operation) mustFit(operation, answered);
    return answered;
  };
  /** Changes with the state that is there. */
  const patch = async (path: string, body: unknown, secret: string = OWNER) => {
    const { headers } = await api("GET", path, secret);
    return api("PATCH", path, secret, body, { "If-Match": headers.get("ETag") ?? "*" });
  };
  return { ...world, api, patch };
}

/** The operation behind an address. */
export function operationFor(method: string, address: string): AnyDescribed | undefined {
  const [path = ""] = address.split("?");
  const parts = path.split("/");
  const fits = DESCRIBED.filter((operation) => {
    const own = operation.path.split("/");
    if (operation.method !== method.toLowerCase() || own.length !== parts.length) return false;
    return own.every((part, i) => part.startsWith("{") || part === parts[i]);
  });
  return fits.find(({ path: own }) => own === path) ?? fits[0];
}

/** Holds an answer against what the document says of its operation. */
export function mustFit(operation: AnyDescribed, { status, body, headers }: Answered): void {
  const where = `${operation.method} ${operation.path}`;
  if (status < 300) {
    const result = operation.result.safeParse(operation.onlyThese === true ? "" : body);
    if (!result.success) throw new Error(`${where} answers what it does not promise: ${result.error.message}`);
    if (status !== (operation.status ?? 200)) throw new Error(`${where} answers ${status}`);
    return;
  }
  const entry = Object.entries(CATALOGUE).find(([code]) => code === body.code)?.[1];
  if (entry?.http !== status || body.status !== status) throw new Error(`${where}: ${status} is not ${body.code}`);
  const named = DOCUMENT.paths[operation.path]?.[operation.method]?.responses[status]?.description ?? "";
  if (!named.includes(`\`${body.code}\``)) throw new Error(`${where}: ${body.code} is not in the document`);
  if (headers.get("Content-Type") !== "application/problem+json") throw new Error(`${where}: no problem details`);
}
