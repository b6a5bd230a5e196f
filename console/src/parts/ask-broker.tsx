import { Button, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Access } from "../../../sdk/operations.js";
import { api } from "../api/index.ts";
import { useText } from "../text/index.ts";
import { Copyable } from "./copy-button.tsx";
import css from "./ask-broker.module.css";
import { RefusalNote } from "./refusal-note.tsx";
import { Section } from "./section.tsx";
import { Status } from "./status.tsx";

/** An account that is asked about; "self": who is signed in. */
export interface Account {
  readonly kind: "user" | "api_user" | "self";
  readonly number: number;
  readonly name: string;
}
type Action = "publish" | "subscribe";
export interface Question {
  readonly action: Action;
  readonly topic: string;
}

interface Props {
  readonly workspace: string;
  readonly account: Account;
  /** Asked at once: what a link brings. */
  readonly first?: Question;
  /** Tells what was asked, for the address. */
  readonly onAsk?: (question: Question) => void;
}

/** Whether an account may publish or subscribe on a topic: yes or no, by which grant, and what would work. */
export function AskBroker({ workspace, account, first, onAsk }: Props) {
  const t = useText().ask;
  const [action, setAction] = useState<Action>(first?.action ?? "publish");
  const [topic, setTopic] = useState(first?.topic ?? "");
  const [question, setQuestion] = useState<Question | null>(first ?? null);
  const answer = useQuery({
    queryKey: ["access", workspace, account.kind, account.number, question],
    queryFn: ({ signal }) => check(workspace, account, question ?? { action, topic }, signal),
    enabled: question !== null,
  });
  const ask = (next: Question) => {
    setTopic(next.topic);
    // the same again: the rules may have changed
    if (question?.topic === next.topic && question.action === next.action) void answer.refetch();
    setQuestion(next);
    onAsk?.(next);
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (topic.trim() !== "") ask({ action, topic: topic.trim() });
  };
  return (
    <Section title={t.title}>
      <form onSubmit={send}>
        <Stack gap="md">
          <p className="quiet small">{t.how}</p>
          <NativeSelect
            label={t.action}
            value={action}
            data={(["publish", "subscribe"] as const).map((value) => ({ value, label: t.actions[value] }))}
            onChange={(event) => setAction(event.currentTarget.value as Action)} // one of them
          />
          <TextInput
            label={t.topic}
            placeholder={t.placeholder}
            value={topic}
            required
            spellCheck={false}
            autoComplete="off"
            classNames={{ input: "mono" }}
            onChange={(event) => setTopic(event.currentTarget.value)}
          />
          <div>
            <Button type="submit">{t.go}</Button>
          </div>
          <RefusalNote error={answer.error} again={() => void answer.refetch()} />
          {answer.data !== undefined && question !== null && (
            <Answer
              answer={answer.data}
              action={question.action}
              onUse={(instead) => ask({ ...question, topic: instead })}
            />
          )}
        </Stack>
      </form>
    </Section>
  );
}

interface AnswerProps {
  readonly answer: Access;
  readonly action: Action;
  readonly onUse: (topic: string) => void;
}

function Answer({ answer, action, onUse }: AnswerProps) {
  const t = useText().ask;
  const { allowed, account, refusal, notes, instead } = answer;
  const verb = t.actions[action];
  const because = [...new Set(answer.because.map(({ because: one }) => one))];
  return (
    <div className={css.answer} role="status">
      <strong>
        <Status kind={allowed ? "ok" : "bad"}>{allowed ? t.yes(account, verb) : t.no(account, verb)}</Status>
      </strong>
      {refusal !== null && (
        <p>
          {refusal.message} {refusal.code !== null && <code className="quiet">{refusal.code}</code>}
        </p>
      )}
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      <p className="quiet">{because.length === 0 ? t.noGrant : `${t.because}: ${because.join("; ")}`}</p>
      {instead !== null && (
        <div className={css.instead}>
          <span className="quiet">{t.instead}</span>
          <Copyable text={instead} what={t.topic} />
          <Button variant="default" size="compact-xs" onClick={() => onUse(instead)}>
            {t.use}
          </Button>
        </div>
      )}
    </div>
  );
}

async function check(workspace: string, account: Account, question: Question, signal: AbortSignal): Promise<Access> {
  const { kind, number } = account;
  if (kind === "self") return (await api.checkOwnAccess({ ...question, signal })).data;
  if (kind === "user") return (await api.checkMemberAccess({ workspace, member: number, ...question, signal })).data;
  return (await api.checkApiUserAccess({ workspace, api_user: number, ...question, signal })).data;
}
