import { useQuery } from "@tanstack/react-query";
import { connectionQuery } from "../../../api/fleet.ts";
import { ownRightsQuery } from "../../../api/session.ts";
import { useFreeTopics } from "../../../live/use-free-topics.ts";

/** Why there is nothing to see of free topics: they are off, one has no rights on them, or those of another workspace. */
export type NoFree =
  | { readonly why: "off" | "no_rights" | "none_yet" }
  | { readonly why: "elsewhere"; readonly workspace: string };

/** The free topics of a workspace, as far as one may hear them; `empty` says why there are none, once that is known. */
export function useFree(workspace: string) {
  const { data: connection } = useQuery(connectionQuery);
  const { data: rights } = useQuery(ownRightsQuery);
  const isOn = connection?.free_topics === true;
  const heard = useFreeTopics(isOn && rights?.free_topics === workspace);
  const empty = ((): NoFree | null => {
    if (connection === undefined || rights === undefined) return null;
    if (!isOn) return { why: "off" };
    if (rights.free_topics === null) return { why: "no_rights" };
    if (rights.free_topics !== workspace) return { why: "elsewhere", workspace: rights.free_topics };
    return heard.begun && heard.topics.length === 0 ? { why: "none_yet" } : null;
  })();
  return { ...heard, empty };
}
