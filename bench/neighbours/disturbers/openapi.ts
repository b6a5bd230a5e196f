import { ask, type Disturber } from "../disturber.ts";

export const openapi: Disturber = {
  id: "openapi",
  title: "the OpenAPI document, again and again",
  lanes: 4,
  disturb: (place) => ask(place, "/api/v1/openapi.json"),
};
