import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Field } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import type { InspectorEvent } from "../../live/inspector.ts";
import { useAct } from "../../parts/act.ts";
import { Copyable } from "../../parts/copy-button.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import css from "./connect.module.css";
import { fieldIdOf, guessedType } from "./ladder.ts";
import type { MadeToken } from "./queries.ts";

interface Props {
  readonly workspace: string;
  readonly product: string;
  readonly device: string;
  readonly token: MadeToken | null;
  readonly fields: readonly Field[];
  readonly event: InspectorEvent;
}

/** A refusal in words, with buttons that mend it: the field that is missing, the right that is missing, the topic that would work. */
export function Mend(props: Props) {
  const { event, workspace, token } = props;
  const t = useText().connect.mend;
  const [mended, setMended] = useState<string | null>(null);
  const topic = event.kind === "refused" ? event.topic : null;
  const { data: access } = useQuery({
    queryKey: ["access", token?.account, topic],
    queryFn: async ({ signal }) => {
      const wish = { action: "publish" as const, topic: topic ?? "", signal };
      const answer =
        token?.apiUser != null
          ? await api.checkApiUserAccess({ ...wish, workspace, api_user: token.apiUser })
          : await api.checkOwnAccess(wish);
      return answer.data;
    },
    enabled: topic !== null,
    retry: false,
  });
  const ways = useWays(props);
  const act = useAct(async () => {
    if (ways === null) return;
    await ways.run();
    await queryClient.invalidateQueries();
    setMended(ways.said);
  });
  if (mended !== null)
    return (
      <p className={css.mended} role="status">
        {mended}
      </p>
    );
  return (
    <div className={css.mend}>
      <RefusalNote error={new Error(event.message ?? event.code ?? "")}>
        {ways !== null && (
          <Button onClick={() => void act.run()} loading={act.busy}>
            {ways.action}
          </Button>
        )}
        {access?.instead != null && (
          <span className={css.instead}>
            {t.instead} <Copyable text={access.instead} what={t.topic} />
          </span>
        )}
      </RefusalNote>
      <RefusalNote error={act.error} />
    </div>
  );
}

/** What one click would mend; null: nothing that is known. */
function useWays({ event, product, device, workspace, token, fields }: Props) {
  const t = useText().connect.mend;
  const [, slug, , level = ""] = event.topic?.split("/") ?? [];
  if (event.kind === "pass") return null;
  if (event.code === "unknown_field" && slug === product) {
    const id = fieldIdOf(level);
    if (id === null || fields.some((one) => one.id === id)) return null;
    const type = guessedType(event.payload);
    return {
      action: t.createField(id, type),
      said: t.createdField(id),
      run: () => api.createField({ product, body: { id, type } }),
    };
  }
  const apiUser = token?.apiUser ?? null;
  if (event.code === "not_permitted" && apiUser !== null && slug === product)
    return {
      action: t.grant(token?.name ?? ""),
      said: t.granted(token?.name ?? ""),
      run: async () => {
        const { data, etag } = await api.getApiUser({ workspace, api_user: apiUser });
        const more = { scope: "device" as const, product, device, can: ["record_measurements" as const] };
        const grants = [
          ...data.grants.filter((one) => !(one.scope === "device" && one.product === product && one.device === device)),
          more,
        ];
        await api.updateApiUser({ workspace, api_user: apiUser, if_match: etag ?? "*", body: { grants } });
      },
    };
  return null;
}
