import { ask, type Disturber } from "../disturber.ts";

export const deviceSearch: Disturber = {
  id: "device-search",
  title: "a search among all devices that finds nothing",
  lanes: 4,
  disturb: (place) => ask(place, "/api/v1/devices?search=nothing-has-this"),
};
