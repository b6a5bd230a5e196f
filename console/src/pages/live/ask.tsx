import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { allOf } from "../../api/fleet.ts";
import { api } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { type Account, AskBroker } from "../../parts/ask-broker.tsx";
import { useText } from "../../text/index.ts";
import css from "./live.module.css";
import type { LiveSearch } from "./search.ts";

interface Props {
  readonly workspace: string;
  readonly search: LiveSearch;
  readonly set: (more: Record<string, unknown>) => void;
}

/** Whose question it is, and the question; all of it is in the address. */
export function Ask({ workspace, search, set }: Props) {
  const t = useText().ask;
  const may = useMay(workspace, "members");
  const { data = [] } = useQuery({
    queryKey: ["accounts", workspace],
    queryFn: async ({ signal }): Promise<Account[]> => {
      const [members, apiUsers] = await Promise.all([
        allOf((cursor) => api.listMembers({ workspace, limit: 1000, signal, ...cursor }), 1000),
        allOf((cursor) => api.listApiUsers({ workspace, limit: 1000, signal, ...cursor }), 1000),
      ]);
      return [
        ...apiUsers.map(({ api_user, name }) => ({ kind: "api_user" as const, number: api_user, name })),
        ...members.map(({ member, email }) => ({ kind: "user" as const, number: member, name: email })),
      ];
    },
    enabled: may,
  });
  const self: Account = { kind: "self", number: 0, name: t.self };
  const chosen = data.find((one) => keyOf(one) === search.account) ?? self;
  const { action = "publish", topic } = search;
  return (
    <div className={css.ask}>
      <NativeSelect
        label={t.account}
        value={keyOf(chosen)}
        data={[self, ...data].map((one) => ({ value: keyOf(one), label: one.name }))}
        onChange={(event) => set({ account: event.currentTarget.value })}
      />
      <AskBroker
        key={keyOf(chosen)}
        workspace={workspace}
        account={chosen}
        {...(topic !== undefined && { first: { action, topic } })}
        onAsk={(question) => set({ ...question })}
      />
    </div>
  );
}

function keyOf({ kind, number }: Account): string {
  return kind === "self" ? "" : `${kind === "user" ? "u" : "a"}:${number}`;
}
