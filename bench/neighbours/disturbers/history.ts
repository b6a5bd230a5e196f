import { ask, type Disturber } from "../disturber.ts";

const CENTURIES = "from=0001-01-01T00:00:00Z&to=9999-12-31T00:00:00Z&resolution=1d&fill=null";

export const history: Disturber = {
  id: "history",
  title: "every day since 2000 of one device, in UTC and on a wall clock",
  lanes: 8,
  disturb: async (place) => {
    await ask(place, `/v1/history?devices=dev0&products=crowd&${CENTURIES}`);
    await ask(place, `/v1/history?devices=dev0&products=crowd&${CENTURIES}&zone=Europe/Berlin`);
  },
};
