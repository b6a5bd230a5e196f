import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, queryClient } from "../../api/index.ts";
import type { InspectorEvent } from "../../live/inspector.ts";
import { Copyable } from "../../parts/copy-button.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { type Text, useText } from "../../text/index.ts";
import { fieldIdOf, namesOf, typeOf } from "./events.ts";
import css from "./live.module.css";

interface Props {
  readonly workspace: string;
  readonly event: InspectorEvent;
}

/** What would mend a refusal: the topic that would work, and one button where one click does it. */
export function Mend({ workspace, event }: Props) {
  const t = useText().live.mend;
  const apiUser = /^a:(\d+)$/.exec(event.account?.key ?? "")?.[1];
  const { topic } = event;
  const access = useQuery({
    queryKey: ["access", workspace, apiUser, topic],
    queryFn: async ({ signal }) => {
      const wish = { action: "publish" as const, topic: topic ?? "", signal };
      return apiUser === undefined
        ? (await api.checkOwnAccess(wish)).data
        : (await api.checkApiUserAccess({ ...wish, workspace, api_user: apiUser })).data;
    },
    enabled: topic !== null,
    retry: false,
  });
  const way = wayOf(workspace, event, apiUser, t);
  const mend = useMutation({
    mutationFn: async () => way?.run(),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  if (mend.isSuccess) return <p role="status">{way?.said}</p>;
  const instead = access.data?.instead ?? null;
  return (
    <div className={css.mend}>
      {way !== null && access.data?.allowed !== true && (
        <Button loading={mend.isPending} onClick={() => mend.mutate()}>
          {way.action}
        </Button>
      )}
      {instead !== null && instead !== topic && (
        <span>
          <span className="quiet">{t.instead}</span> <Copyable text={instead} what={t.topic} />
        </span>
      )}
      <RefusalNote error={mend.error} />
    </div>
  );
}

/** What one click would mend; null: nothing that is known. */
function wayOf(workspace: string, event: InspectorEvent, apiUser: string | undefined, t: Text["live"]["mend"]) {
  const names = namesOf(event.topic);
  if (names === null) return null;
  const { product, device } = names;
  const id = fieldIdOf(names.field);
  if (event.code === "unknown_field" && id !== null) {
    const type = typeOf(event.payload);
    return {
      action: t.createField(id, type),
      said: t.createdField(id),
      run: () => api.createField({ product, body: { id, type } }),
    };
  }
  if (event.code === "not_permitted" && apiUser !== undefined) {
    const name = event.account?.name ?? "";
    return {
      action: t.grant(name, `${product}/${device}`),
      said: t.granted(name),
      run: async () => {
        const { data, etag } = await api.getApiUser({ workspace, api_user: apiUser });
        const more = { scope: "device" as const, product, device, can: ["record_measurements" as const] };
        await api.updateApiUser({
          workspace,
          api_user: apiUser,
          if_match: etag ?? "*",
          body: { grants: [...data.grants, more] },
        });
      },
    };
  }
  return null;
}
