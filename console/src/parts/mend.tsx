import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, queryClient } from "../api/index.ts";
import type { InspectorEvent } from "../live/inspector.ts";
import { type Text, useText } from "../text/index.ts";
import { Copyable } from "./copy-button.tsx";
import { fieldIdOf, guessedType, namesOf, withRecording } from "./mending.ts";
import css from "./parts.module.css";
import { RefusalNote } from "./refusal-note.tsx";

interface Props {
  readonly workspace: string;
  readonly event: InspectorEvent;
  /** Whether the refusal itself is said here. */
  readonly said?: boolean;
}

/** What would mend a refused publish: the topic that would work, and one button where one click does it. */
export function Mend({ workspace, event, said = false }: Props) {
  const t = useText().mend;
  const apiUser = /^a:(\d+)$/.exec(event.account?.key ?? "")?.[1];
  const topic = event.kind === "refused" ? event.topic : null;
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
  const way = topic === null ? null : wayOf(workspace, event, apiUser, t);
  const mend = useMutation({
    mutationFn: async () => way?.run(),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  if (mend.isSuccess)
    return (
      <p className={css.mended} role="status">
        {way?.said}
      </p>
    );
  const instead = access.data?.instead ?? null;
  const ways = (
    <div className={css.mend}>
      {way !== null && access.data?.allowed !== true && (
        // where another topic works, that is the likelier mending
        <Button
          variant={instead === null || instead === topic ? "filled" : "default"}
          loading={mend.isPending}
          onClick={() => mend.mutate()}
        >
          {way.action}
        </Button>
      )}
      {instead !== null && instead !== topic && (
        <span>
          <span className="quiet">{t.instead}</span> <Copyable text={instead} what={t.topic} />
        </span>
      )}
    </div>
  );
  return (
    <>
      {said ? <RefusalNote error={new Error(event.message ?? event.code ?? "")}>{ways}</RefusalNote> : ways}
      <RefusalNote error={mend.error} />
    </>
  );
}

/** What one click would mend; null: nothing that is known. */
function wayOf(workspace: string, event: InspectorEvent, apiUser: string | undefined, t: Text["mend"]) {
  const names = namesOf(event.topic);
  if (names === null) return null;
  const { product, device } = names;
  const id = fieldIdOf(names.field);
  if (event.code === "unknown_field" && id !== null) {
    const type = guessedType(event.payload);
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
        const body = { grants: withRecording(data.grants, product, device) };
        await api.updateApiUser({ workspace, api_user: apiUser, if_match: etag ?? "*", body });
      },
    };
  }
  return null;
}
