import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { api, queryClient } from "../api/index.ts";
import { useText } from "../text/index.ts";

const MOST_NAMED = 3;

/** Who can give the right that was lacking: of a workspace its owners and admins, otherwise who administers the instance. */
export default function WhoGives() {
  const t = useText().common;
  const { workspace } = useParams({ strict: false });
  // what one may is not as this page knew it: buttons say so from now on
  useEffect(() => void queryClient.invalidateQueries({ queryKey: ["rights"] }), []);
  const { data } = useQuery({
    queryKey: ["members", workspace, "who gives"],
    queryFn: async ({ signal }) =>
      (await api.listMembers({ workspace: workspace ?? "", limit: 100, signal })).data.items
        .filter(({ role }) => role === "owner" || role === "admin")
        .map(({ email }) => email)
        .slice(0, MOST_NAMED),
    enabled: workspace !== undefined,
    retry: false,
  });
  return <p>{workspace === undefined ? t.instanceGives : t.workspaceGives(workspace, data ?? [])}</p>;
}
