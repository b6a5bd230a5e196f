import type { Hono } from "hono";
import { cors } from "hono/cors";
import type { HttpDeps, HttpEnv } from "../deps.ts";
import { httpIntegration } from "./api.ts";
import { lorawan, type NetworkHandler } from "./lorawan.ts";

/** A key in an address. Below `/api` nothing else has this form. */
const UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";
/** Open to every page: what is in the address speaks for who sends. */
const CORS = {
  origin: "*",
  allowMethods: ["GET", "HEAD", "POST"],
  allowHeaders: ["*", "Authorization"],
  exposeHeaders: ["Retry-After"],
  maxAge: 86_400,
};

/**
 * The addresses at which devices, networks and other systems send what is no measurement yet.
 * @returns what handles the requests of networks
 */
export function addIntegrations(app: Hono<HttpEnv>, deps: HttpDeps): NetworkHandler {
  const api = httpIntegration(deps);
  for (const path of ["/integrations/api/:key", `/api/:key{${UUID}}`]) {
    app.use(`${path}/*`, cors(CORS));
    app.on(["GET", "POST"], path, api);
    app.on(["GET", "POST"], `${path}/*`, api);
  }
  const network = lorawan(deps);
  for (const path of ["/integrations/lorawan/:network", "/integrations/lorawan/:network/*"])
    app.on(["POST", "PUT"], path, network());
  return network;
}
