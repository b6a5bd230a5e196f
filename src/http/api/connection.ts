import { z } from "zod";
import { isLoopback } from "../../base/address.ts";
import { instanceOf } from "./instance.ts";
import { Refusal } from "../../base/errors.ts";
import { actorOf } from "./actor.ts";
import { allow } from "./allow.ts";
import { type AnyOperation, type Handled, route } from "./route.ts";

/** How clients reach this server: what every account may know, since it needs it. */

const connection = z
  .object({
    prefix: z.string().meta({ description: "First level of the platform's topics." }),
    free_topics: z.boolean().meta({ description: "Whether topics outside the platform's are ordinary MQTT." }),
    public_url: z.string().nullable().meta({ description: "Where browsers find the server, if it was told." }),
    listeners: z.array(
      z.object({
        name: z.enum(["mqtt", "mqtts", "http", "https", "wss"]),
        port: z.int(),
        secure: z.boolean(),
        local: z.boolean().meta({ description: "Only clients on the server's own machine reach it." }),
      }),
    ),
    own_ca: z.boolean().meta({
      description: "The certificate is made by this server's own authority: clients must be given its CA file.",
    }),
  })
  .meta({ id: "Connection", description: "How clients reach this server." });

export const CONNECTION: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/connection",
    id: "getConnection",
    tag: "Connection",
    summary: "Get how clients connect",
    description: "Topics' prefix, and the listeners with their ports. The host is the one by which you reach this API.",
    result: connection,
    refusals: ["not_available"],
    find: ({ deps }) => instanceOf(deps),
    run: ({ deps, found }) => {
      const { publicUrl, listeners, certificate } = found.about();
      return {
        body: {
          prefix: deps.prefix,
          free_topics: deps.live.free !== null,
          public_url: publicUrl,
          listeners: listeners.map(({ name, host, port, secure }) => ({ name, port, secure, local: isLoopback(host) })),
          own_ca: certificate?.ownCa === true,
        },
      };
    },
  }),
];

const PEM = "application/x-pem-file";

export const CONNECTION_FILES: readonly Handled[] = [
  {
    described: {
      method: "get",
      path: "/connection/ca",
      id: "downloadCa",
      tag: "Connection",
      summary: "Download the CA file",
      description:
        "The certificate of the server's own authority, as PEM: what clients need to trust its listeners with TLS. There is none where an operator's certificate is used.",
      result: z.string(),
      contents: [PEM],
      onlyThese: true,
      refusals: ["not_available", "not_found"],
    },
    handler:
      ({ deps, pace }) =>
      (c) => {
        const who = actorOf(deps, c);
        allow({ deps, pace }, c, who.principal.key);
        const pem = instanceOf(deps).ca();
        if (pem === null)
          throw new Refusal("not_found", "The server has a certificate of another authority; clients need no CA file.");
        return new Response(pem, {
          headers: { "Content-Type": PEM, "Content-Disposition": 'attachment; filename="ca.pem"' },
        });
      },
  },
];
