import { ask, type Disturber } from "../disturber.ts";

export const deviceLists: Disturber = {
  id: "device-lists",
  title: "the first device of a list, of the API and of the compatible address",
  lanes: 4,
  disturb: async (place) => {
    await ask(place, "/api/v1/devices?limit=1");
    await ask(place, "/v1/devices?limit=1");
  },
};
