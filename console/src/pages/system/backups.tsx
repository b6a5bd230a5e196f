import { Button } from "@mantine/core";
import { DownloadIcon } from "@primer/octicons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { serverNow } from "../../api/clock.ts";
import { api, queryClient } from "../../api/index.ts";
import { Ago } from "../../parts/ago.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import { backupsQuery } from "./queries.ts";
import css from "./system.module.css";
import { useNumbers } from "./words.ts";

const WEEK = 7 * 86_400_000;

/** Copies of everything: making, and taking them elsewhere. */
export function Backups() {
  const t = useText().system.backups;
  const { bytes } = useNumbers();
  const { data, error, refetch } = useQuery(backupsQuery);
  const make = useMutation({
    mutationFn: async () => (await api.createBackup()).data,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["backups"] }),
  });
  const [newest] = data ?? [];
  const isOld = newest !== undefined && serverNow() - Date.parse(newest.time) > WEEK;
  const button = (
    <Button loading={make.isPending} onClick={() => make.mutate()}>
      {t.make}
    </Button>
  );
  return (
    <Section title={t.title} flush actions={data?.length !== 0 && button}>
      <RefusalNote error={make.error} again={() => make.mutate()} />
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined && error === null && <Skeleton rows={3} />}
      {data?.length === 0 && (
        <EmptyState action={button} code="bin/fieldcast backup">
          {t.none}
        </EmptyState>
      )}
      {isOld && (
        <p className={css.note}>
          <Status kind="warn">{t.old}</Status>
        </p>
      )}
      {make.data !== undefined && (
        <p className={css.note} role="status">
          <Status kind="ok">{t.made(make.data.name)}</Status>
        </p>
      )}
      <ul className={css.list}>
        {data?.map(({ name, time, bytes: size }) => (
          <li key={name}>
            <code>{name}</code>
            <Ago time={time} />
            <span className="quiet">{bytes(size)}</span>
            <a href={`/api/v1/backups/${encodeURIComponent(name)}`} download={name} aria-label={t.downloadWhich(name)}>
              <DownloadIcon size={14} aria-hidden /> {t.download}
            </a>
          </li>
        ))}
      </ul>
    </Section>
  );
}
