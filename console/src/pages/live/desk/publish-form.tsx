import { Button, Checkbox, Group, Stack, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { fieldsQuery } from "../../../api/fleet.ts";
import type { InspectorEvent } from "../../../live/inspector.ts";
import { Mend } from "../../../parts/mend.tsx";
import { RefusalNote } from "../../../parts/refusal-note.tsx";
import { Section } from "../../../parts/section.tsx";
import { Status } from "../../../parts/status.tsx";
import { useText } from "../../../text/index.ts";
import type { Published, Qos } from "./desk-types.ts";
import css from "./desk.module.css";
import { MayPublish } from "./may-publish.tsx";
import type { PublishWish } from "./mosquitto.ts";
import { MoreProperties } from "./more-properties.tsx";
import { batchFault, payloadFault } from "./payload-check.ts";
import { QosSelect } from "./subscriptions.tsx";
import { TopicInput } from "./topic-input.tsx";
import { placeOf } from "./topics.ts";

interface Props {
  readonly workspace: string;
  readonly prefix: string;
  readonly wish: PublishWish;
  readonly change: (more: Partial<PublishWish>) => void;
  readonly open: boolean;
  /** Of this account, newest first. */
  readonly refusals: readonly InspectorEvent[];
  readonly publish: (wish: PublishWish) => Promise<Published>;
}

/** Publishing as a client does: what the field takes is said while one types, and what the server answers where one sent it. */
export function PublishForm({ workspace, prefix, wish, change, open, refusals, publish }: Props) {
  const t = useText().desk;
  const [answer, setAnswer] = useState<Published | null>(null);
  // what was refused before this one was sent
  const [newest, setNewest] = useState<InspectorEvent>();
  const fault = usePayloadFault(wish, prefix);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setAnswer(null);
    setNewest(refusals[0]);
    const userProperties = wish.userProperties.filter(([name]) => name !== "");
    const published = await publish({ ...wish, userProperties }).catch(() => null);
    if (published !== null) setAnswer(published);
  };
  const since = newest === undefined ? refusals : refusals.slice(0, refusals.indexOf(newest));
  const refusal = since.find((one) => one.topic === wish.topic);
  return (
    <Section title={t.publish.title}>
      <form onSubmit={(event) => void send(event)}>
        <Stack gap="sm">
          <div>
            <TopicInput
              {...{ workspace, prefix }}
              use="publish"
              label={t.publish.topic}
              value={wish.topic}
              onChange={(topic) => change({ topic })}
            />
            <MayPublish topic={wish.topic} onUse={(topic) => change({ topic })} />
          </div>
          <Textarea
            label={t.publish.payload}
            description={fault.hint}
            value={wish.payload}
            onChange={(event) => change({ payload: event.currentTarget.value })}
            autosize={false}
            rows={3}
            spellCheck={false}
            classNames={{ input: "mono" }}
            error={fault.text}
          />
          <Group gap="md" align="flex-end">
            <QosSelect value={wish.qos} onChange={(qos: Qos) => change({ qos })} />
            <Checkbox
              label={t.publish.retain}
              checked={wish.retain}
              onChange={(event) => change({ retain: event.currentTarget.checked })}
              className={css.retain}
            />
          </Group>
          <MoreProperties wish={wish} change={change} />
          <div>
            <Button type="submit" disabled={!open || wish.topic === ""}>
              {t.publish.action}
            </Button>
          </div>
          <Answer workspace={workspace} answer={answer} refusal={refusal} />
        </Stack>
      </form>
    </Section>
  );
}

interface AnswerProps {
  readonly workspace: string;
  readonly answer: Published | null;
  readonly refusal: InspectorEvent | undefined;
}

/** What became of it, in words; a refusal with what would mend it. */
function Answer({ workspace, answer, refusal }: AnswerProps) {
  const t = useText().desk.publish;
  if (answer === null) return null;
  if (answer.kind !== "refused" && (answer.kind !== "sent" || refusal === undefined))
    return (
      <p role="status">
        <Status kind={answer.kind === "sent" ? "away" : "ok"}>{t[answer.kind]}</Status>
      </p>
    );
  const reason = answer.kind === "refused" ? `0x${answer.reason.toString(16)}` : (refusal?.code ?? "");
  const why = answer.kind === "refused" ? answer.why : (refusal?.message ?? "");
  return (
    <div>
      <p className="small quiet">
        {t.refused(reason)} {refusal !== undefined && <code>{refusal.code}</code>}
      </p>
      <RefusalNote error={new Error(why)}>
        {refusal !== undefined && <Mend workspace={workspace} event={refusal} />}
      </RefusalNote>
    </div>
  );
}

/** What the field takes, and why it would not take what is typed. */
function usePayloadFault(
  { topic, payload }: PublishWish,
  prefix: string,
): { readonly hint?: string; readonly text?: string } {
  const t = useText().desk;
  const place = placeOf(topic, prefix);
  const { data } = useQuery({ ...fieldsQuery(place?.product ?? ""), enabled: place !== null, retry: false });
  if (place === null || data === undefined) return {};
  if (place.field === null) {
    const found = payload === "" ? null : batchFault(payload, new Map(data.map(({ id, type }) => [id, type])));
    const words = found && t.faults[found.fault];
    const text = words && (found.field === undefined ? words : t.faultOf(found.field, words));
    return { hint: t.publish.batch, ...(text !== null && { text }) };
  }
  const field = data.find(({ id }) => id === place.field);
  if (field === undefined) return {};
  const fault = payload === "" ? null : payloadFault(payload, field.type);
  const hint = t.publish.field(field.name, field.type, field.unit ?? "");
  return { hint, ...(fault !== null && { text: t.faults[fault] }) };
}
