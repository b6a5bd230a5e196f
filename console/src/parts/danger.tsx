import { Button, Stack } from "@mantine/core";
import { type QueryKey, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useText } from "../text/index.ts";
import { ConfirmName } from "./confirm-name.tsx";
import { RefusalNote } from "./refusal-note.tsx";
import { Section } from "./section.tsx";

interface Props<Takes> {
  readonly words: { readonly danger: string; readonly dangerHow: string; readonly delete: string };
  /** What is asked above; absent: what the button says. */
  readonly title?: string;
  /** What must be typed. */
  readonly name: string;
  readonly may: boolean;
  /** The permission of the workspace that it needs. */
  readonly right: string;
  readonly queryKey: QueryKey;
  /** Counts what goes along (`dry_run`). */
  readonly count: (signal: AbortSignal) => Promise<Takes>;
  /** That count in words. */
  readonly takes: (takes: Takes) => string;
  readonly run: () => Promise<unknown>;
}

/** What cannot be undone: a button that deletes what the page is about, once its name is typed. */
export function Danger<Takes>({ words, title, name, may, right, queryKey, count, takes, run }: Props<Takes>) {
  const t = useText();
  const [asking, setAsking] = useState(false);
  const { data, error } = useQuery({ queryKey, queryFn: ({ signal }) => count(signal), enabled: asking, gcTime: 0 });
  return (
    <Section title={words.danger}>
      <Stack gap="md" align="flex-start">
        <p className="quiet">{words.dangerHow}</p>
        <Button
          color="red"
          variant="outline"
          disabled={!may}
          title={may ? undefined : t.common.needs(right)}
          onClick={() => setAsking(true)}
        >
          {words.delete}
        </Button>
      </Stack>
      <ConfirmName
        opened={asking}
        onClose={() => setAsking(false)}
        title={title ?? words.delete}
        name={name}
        action={words.delete}
        run={run}
      >
        <RefusalNote error={error} />
        <p>{data === undefined ? t.devices.bulk.counting : takes(data)}</p>
      </ConfirmName>
    </Section>
  );
}
