import { z } from "zod";
import { TICKET_LIFE } from "../../auth/tickets.ts";
import { type AnyPeopleOperation, peopleRoute } from "./operation.ts";
import { mustBeSignedIn } from "./session.ts";

/** How a page of the console becomes an MQTT client as who is signed in. */

const ticket = z
  .object({
    ticket: z.string().meta({ description: "Sent as user name and password of a CONNECT." }),
    seconds: z.int().meta({ description: "How long it waits to be used." }),
    path: z.string().meta({ description: "Where MQTT over WebSocket is spoken at this address." }),
  })
  .meta({ id: "MqttTicket", description: "One login to MQTT." });

export const MQTT_TICKETS: readonly AnyPeopleOperation[] = [
  peopleRoute({
    method: "post",
    path: "/account/mqtt-tickets",
    id: "createMqttTicket",
    tag: "Account",
    access: "user",
    summary: "Create a ticket for MQTT",
    description:
      "A login to MQTT over WebSocket as who is signed in, for a page of the origin that asks. It works once, within a minute; what it opens ends with the session of the browser.",
    status: 201,
    result: ticket,
    find: mustBeSignedIn,
    run: async ({ deps, c, found: { principal, signedIn } }) => {
      const page = c.req.header("Origin") ?? null;
      const random = (n: number) => crypto.getRandomValues(new Uint8Array(n));
      const holder = { key: principal.key, signIn: signedIn.hash, page };
      const ticket = deps.authority.tickets.issue(holder, random, deps.clock.steady());
      await deps.people.service.tellTicket(ticket, holder);
      return {
        body: {
          ticket,
          seconds: TICKET_LIFE / 1e6,
          path: "/mqtt",
        },
      };
    },
  }),
];
