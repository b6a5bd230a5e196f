import { z } from "zod";
import { errorText } from "../../base/errors.ts";
import { CommandError } from "../failure.ts";

/** The hosted platform, asked over its GraphQL interface (docs/graphql.md is ours of the same kind). */

/** Where it is asked. */
export const ENDPOINT = "https://api.datacake.co/graphql/";
const TRIES = 6;
const LONGEST_WAIT_MS = 60_000;
const TIMEOUT_MS = 60_000;
/** Devices of one page. */
const PAGE = 50;

const text = z.string().nullish();
const workspace = z.object({ id: z.string(), name: z.string(), slug: text });
const field = z.object({
  id: z.string(),
  fieldName: z.string(),
  verboseFieldName: text,
  fieldType: z.string(),
  unit: text,
  description: text,
  active: z.boolean().nullish(),
  role: text,
  semantic: text,
});
const product = z.object({
  id: z.string(),
  name: z.string(),
  slug: z.string(),
  lastHeardThreshold: z.number().nullish(),
  measurementFields: z.array(field).nullish(),
});
const device = z.object({
  id: z.string(),
  verboseName: text,
  serialNumber: text,
  location: text,
  tags: z.array(text).nullish(),
  metadata: text,
  product: z.object({ slug: z.string() }).nullish(),
});
export type HostedWorkspace = z.output<typeof workspace>;
export type HostedProduct = z.output<typeof product>;
export type HostedField = z.output<typeof field>;
export type HostedDevice = z.output<typeof device>;

const answerForm = z.object({
  data: z.unknown().optional(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

interface HostedNeeds {
  readonly endpoint: string;
  readonly token: string;
  readonly fetch: typeof fetch;
  /** Waits so many ms. */
  sleep(ms: number): Promise<void>;
}

/** Asks for what is moved; what is temporary is tried again. @throws CommandError with what the platform said */
export class Hosted {
  constructor(private readonly needs: HostedNeeds) {}

  async workspaces(): Promise<HostedWorkspace[]> {
    const form = z.object({ allWorkspaces: z.array(workspace) });
    return (await this.ask(form, "query{allWorkspaces{id name slug}}", {})).allWorkspaces;
  }
  async products(id: string): Promise<HostedProduct[]> {
    const form = z.object({ workspace: z.object({ products: z.array(product).nullable() }).nullable() });
    const query =
      "query($id:String){workspace(id:$id){products{id name slug lastHeardThreshold measurementFields{id fieldName verboseFieldName fieldType unit description active role semantic}}}}";
    return (await this.ask(form, query, { id })).workspace?.products ?? [];
  }
  async devices(id: string): Promise<HostedDevice[]> {
    const form = z.object({
      workspace: z.object({ devicesFiltered: z.object({ total: z.number(), devices: z.array(device) }) }).nullable(),
    });
    const query =
      "query($id:String,$page:Int,$pageSize:Int){workspace(id:$id){devicesFiltered(page:$page,pageSize:$pageSize,all:true,orderBy:{verboseName:ASC}){total devices{id verboseName serialNumber location tags metadata product{slug}}}}}";
    const found = new Map<string, HostedDevice>();
    for (let page = 0; page < 10_000; page++) {
      const { workspace: one } = await this.ask(form, query, { id, page, pageSize: PAGE });
      const { devices, total } = one?.devicesFiltered ?? { devices: [], total: 0 };
      for (const each of devices) found.set(each.id, each);
      if (devices.length === 0 || (page + 1) * PAGE >= total) break;
    }
    return [...found.values()];
  }
  /** Rows of a range as they were measured, as JSON. @param from, to ISO 8601 */
  async history(id: string, fields: readonly string[], from: string, to: string): Promise<Record<string, unknown>[]> {
    const form = z.object({ device: z.object({ history: z.string().nullable() }).nullable() });
    const query =
      'query($id:String!,$f:[String],$s:String!,$e:String!){device(deviceId:$id){history(fields:$f,timerangestart:$s,timerangeend:$e,resolution:"raw")}}';
    const { device: one } = await this.ask(form, query, { id, f: fields, s: from, e: to });
    const rows = z.array(z.record(z.string(), z.unknown())).safeParse(JSON.parse(one?.history ?? "[]"));
    if (rows.success) return rows.data;
    throw new CommandError(`the history of ${id} is not a list of rows`);
  }

  private async ask<T>(form: z.ZodType<T>, query: string, variables: object): Promise<T> {
    let why = "";
    for (let tried = 0; tried < TRIES; tried++) {
      if (tried > 0) await this.needs.sleep(Math.min(LONGEST_WAIT_MS, 1000 * 2 ** tried));
      const answer = await this.post(query, variables).catch((error: unknown) => errorText(error));
      if (typeof answer === "string") {
        why = answer;
        continue;
      }
      if (answer.status === 401) throw new CommandError("the hosted platform does not know this token (401)");
      if (answer.status === 429 || answer.status >= 500) {
        why = `it answers ${answer.status}`;
        continue;
      }
      return read(form, await answer.text(), answer.status);
    }
    throw new CommandError(`${this.needs.endpoint} could not be asked, ${TRIES} times: ${why}`);
  }
  private post(query: string, variables: object): Promise<Response> {
    const { endpoint, token, fetch } = this.needs;
    return fetch(endpoint, {
      method: "POST",
      headers: { Authorization: `Token ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  }
}

/** @throws CommandError */
function read<T>(form: z.ZodType<T>, body: string, status: number): T {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new CommandError(`the hosted platform answers ${status} with something that is no JSON`);
  }
  const { data, errors = [] } = answerForm.catch({ errors: [] }).parse(json);
  if (errors.length > 0) throw new CommandError(`the hosted platform refuses: ${errors[0]?.message ?? ""}`);
  const parsed = form.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new CommandError(
    `the hosted platform answers otherwise than known: ${z.prettifyError(parsed.error).slice(0, 400)}`,
  );
}
