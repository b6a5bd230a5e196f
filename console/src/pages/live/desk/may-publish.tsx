import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "../../../api/index.ts";
import { Status } from "../../../parts/status.tsx";
import { useText } from "../../../text/index.ts";
import css from "./desk.module.css";

interface Props {
  readonly topic: string;
  readonly onUse: (topic: string) => void;
}

/** Whether one may publish there, asked of the broker a moment after the last key; with what would work instead. */
export function MayPublish({ topic, onUse }: Props) {
  const t = useText().desk.publish;
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setAsked(topic.trim()), 300);
    return () => clearTimeout(timer);
  }, [topic]);
  const { data } = useQuery({
    queryKey: ["access", "own", "publish", asked],
    queryFn: async ({ signal }) => (await api.checkOwnAccess({ action: "publish", topic: asked, signal })).data,
    enabled: asked !== "" && asked === topic.trim() && !/[+#]/.test(asked) && !asked.endsWith("/"),
    retry: false,
  });
  if (data === undefined || asked !== topic.trim()) return null;
  const { allowed, refusal, instead } = data;
  return (
    <div className={css.may}>
      <Status kind={allowed ? "ok" : "bad"}>{allowed ? t.may : (refusal?.message ?? "")}</Status>
      {instead !== null && instead !== topic && (
        <Button variant="default" size="compact-xs" onClick={() => onUse(instead)}>
          {t.instead} <code>{instead}</code>
        </Button>
      )}
    </div>
  );
}
