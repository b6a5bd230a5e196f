import { z } from "zod";
import { Refusal } from "../../base/errors.ts";
import { printTime } from "../../measure/time.ts";
import type { InstancePort } from "../instance/port.ts";
import { type AnyOperation, type ApiDeps, route, type Seeker } from "./route.ts";
import * as values from "../../admin/values.ts";

/** The server itself, for those who operate it. */

const listener = z
  .object({
    name: z.enum(["mqtt", "mqtts", "http", "https", "wss"]),
    host: z.string(),
    port: z.int(),
    secure: z.boolean(),
    note: z.string().nullable(),
  })
  .meta({ id: "Listener" });
const certificate = z
  .object({
    subject: z.string(),
    issuer: z.string(),
    names: z.array(z.string()).meta({ description: "Host names and addresses that it is for." }),
    not_before: values.time,
    not_after: values.time,
    own_ca: z
      .boolean()
      .meta({ description: "Made by this server's own certificate authority, and renewed by itself." }),
  })
  .meta({ id: "Certificate" });
const instance = z
  .object({
    version: z.string(),
    started: values.time,
    now: values.time,
    ready: z.boolean().meta({ description: "Every listener is up, the clock is set, and the store takes data." }),
    public_url: z.string().nullable(),
    prefix: z.string().meta({ description: "First level of the platform's topics." }),
    listeners: z.array(listener),
    certificate: certificate.nullable().meta({ description: "Of the listeners with TLS; null: there are none." }),
  })
  .meta({ id: "Instance" });
const figures = z
  .object({
    time: values.time,
    figures: z.record(z.string(), z.number()).meta({ description: "By the names of /metrics, without their labels." }),
  })
  .meta({ id: "Figures", description: "What is counted since the start, and what is so at this moment." });
const day = z
  .object({
    times: z.array(values.time).meta({ description: "When each minute ended, oldest first." }),
    figures: z
      .record(z.string(), z.array(z.number().nullable()))
      .meta({ description: "By name a value for each time; null: there is nothing to tell of that minute." }),
  })
  .meta({ id: "DayOfFigures", description: "Figures of the last day, a value a minute; they begin with the server." });
const setting = z
  .object({
    name: z.string().meta({ description: "As a flag: `--max-packet`." }),
    group: z.string(),
    value: z.string().nullable().meta({ description: "What is in force; null: none, or a secret." }),
    default: z.string(),
    source: z.enum(["flag", "environment", "file", "default"]).meta({ description: "Where it comes from." }),
    description: z.string(),
  })
  .meta({ id: "Setting" });
/** The instance, for who may operate it. @throws Refusal not_permitted, not_available */
export function findInstance({ deps, who }: Seeker): InstancePort {
  if (!who.principal.operate) throw new Refusal("not_permitted", 'This takes the instance permission "operate".');
  return instanceOf(deps);
}
export function instanceOf({ instance: port }: ApiDeps): InstancePort {
  if (port) return port;
  throw new Refusal("not_available", "This server tells nothing of itself here.");
}
export const OPERATE = "It takes the instance permission `operate`.";

export const INSTANCE: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/instance",
    id: "getInstance",
    tag: "Instance",
    summary: "Get the instance",
    description: `Version, health, listeners and the certificate. ${OPERATE}`,
    result: instance,
    refusals: ["not_permitted", "not_available"],
    find: findInstance,
    run: ({ deps, found }) => {
      const { version, startedAt, publicUrl, listeners, certificate: own } = found.about();
      return {
        body: {
          version,
          started: printTime(startedAt),
          now: printTime(deps.clock.micros()),
          ready: deps.ready(),
          public_url: publicUrl,
          prefix: deps.prefix,
          listeners: listeners.map(({ name, host, port, secure, note }) => ({
            name,
            host,
            port,
            secure,
            note: note ?? null,
          })),
          certificate: own && {
            subject: own.subject,
            issuer: own.issuer,
            names: [...own.names],
            not_before: printTime(own.notBefore),
            not_after: printTime(own.notAfter),
            own_ca: own.ownCa,
          },
        },
      };
    },
  }),
  route({
    method: "get",
    path: "/instance/figures",
    id: "getFigures",
    tag: "Instance",
    summary: "Get the instance's figures",
    description: `The figures of /metrics as JSON: what is labelled is summed up. ${OPERATE}`,
    result: figures,
    refusals: ["not_permitted", "not_available"],
    find: findInstance,
    run: async ({ deps, found }) => ({
      body: { time: printTime(deps.clock.micros()), figures: await found.figures() },
    }),
  }),
  route({
    method: "get",
    path: "/instance/day",
    id: "getDayOfFigures",
    tag: "Instance",
    summary: "Get the figures of the last day",
    description: `A value a minute: rates a second (\`…_rate\`), and what was so at the minute's end. ${OPERATE}`,
    result: day,
    refusals: ["not_permitted", "not_available"],
    find: findInstance,
    run: ({ found }) => {
      const { times, figures: all } = found.day();
      const figures = Object.fromEntries(Object.entries(all).map(([name, column]) => [name, [...column]]));
      return { body: { times: times.map(printTime), figures } };
    },
  }),
  route({
    method: "get",
    path: "/instance/settings",
    id: "listSettings",
    tag: "Instance",
    summary: "List the settings in force",
    description: `Secrets are left out. ${OPERATE}`,
    result: z.object({ items: z.array(setting) }),
    refusals: ["not_permitted", "not_available"],
    find: findInstance,
    run: ({ found }) => ({ body: { items: found.settings().map((one) => ({ ...one })) } }),
  }),
];
