import { API, DESCRIBED } from "../api/index.ts";
import type { Tag } from "../api/route.ts";

/** Whether any node answers, or the one that has what is asked for in its memory. */
type Whose = "any" | "duty";

/** Of each group of operations; a new group is sorted here, a single operation below. */
const GROUPS: Readonly<Record<Tag, Whose>> = {
  Workspaces: "any",
  Members: "any",
  Users: "any",
  "API users": "any",
  Tokens: "any",
  Rights: "any",
  Products: "any",
  Fields: "any",
  // what is stopped, what came, what waits: known where things come in
  Decoders: "duty",
  Integrations: "duty",
  Webhooks: "duty",
  Rules: "duty",
  Alerts: "duty",
  Dashboards: "any",
  "External brokers": "duty",
  Devices: "any",
  Downlinks: "duty",
  Measurements: "any",
  "Audit log": "any",
  Events: "any",
  Sessions: "any",
  Connection: "any",
  Instance: "any",
  Authentication: "any",
  Account: "any",
  Invitations: "any",
};
/** Those of their group that are otherwise: backups lie on the machine of the node that makes them. */
const OTHERWISE: Readonly<Record<string, Whose>> = {
  listBackups: "duty",
  createBackup: "duty",
  downloadBackup: "duty",
};
/** Addresses beside /api/v1: where networks and programs send what comes in, and GraphQL, whose documents may ask for anything. */
const DUTY_PATHS = /^\/(?:integrations\/.|graphql\/?$)/;

interface Template {
  /** null: a parameter. */
  readonly levels: readonly (string | null)[];
  readonly whose: Whose;
}
/** By method and number of levels, in the order in which the API looks. */
const TEMPLATES: ReadonlyMap<string, readonly Template[]> = Map.groupBy(
  DESCRIBED.map(({ method, path, id, tag }) => {
    const levels = path.split("/").slice(1);
    const whose = OTHERWISE[id] ?? GROUPS[tag];
    const key = `${method.toUpperCase()} ${levels.length}`;
    return { key, whose, levels: levels.map((level) => (level.startsWith("{") ? null : level)) };
  }),
  ({ key }) => key,
);

/** Which node answers a request. @param pathname of its address */
export function whoseIs(method: string, pathname: string): Whose {
  if (DUTY_PATHS.test(pathname)) return "duty";
  if (!pathname.startsWith(`${API}/`)) return "any";
  const asked = pathname
    .slice(API.length + 1)
    .replace(/\/$/, "")
    .split("/");
  const some = TEMPLATES.get(`${method === "HEAD" ? "GET" : method} ${asked.length}`) ?? [];
  const fits = ({ levels }: Template) => levels.every((level, i) => level === null || level === asked[i]);
  return some.find(fits)?.whose ?? "any";
}
