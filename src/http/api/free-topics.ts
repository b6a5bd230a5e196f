import { z } from "zod";
import { freeLive, freeRequest } from "../events/free-live.ts";
import type { Handled } from "./route.ts";

/** What is said on free topics. */
export const FREE_TOPICS: readonly Handled[] = [
  {
    described: {
      method: "get",
      path: "/topics/live",
      id: "streamFreeTopics",
      tag: "Events",
      summary: "Stream free topics as they are used",
      description:
        "The free topics that you may hear, as Server-Sent Events: `topics` with what is retained, then `retained`; from then on, once a second, `topics` with each that had messages: the last one " +
        "(its first 2048 bytes), how many there were, and whether one is retained. `lost` says how many messages on too many topics were left out.",
      query: freeRequest,
      result: z.string(),
      contents: ["text/event-stream"],
      onlyThese: true,
      refusals: ["not_available", "not_permitted", "quota_exceeded"],
    },
    handler: ({ deps, streams }) => freeLive(deps, streams),
  },
];
