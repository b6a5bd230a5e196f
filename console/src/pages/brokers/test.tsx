import { Button } from "@mantine/core";
import { useState } from "react";
import type { ExternalBrokerTest } from "../../../../sdk/operations.js";
import { api } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./brokers.module.css";

interface Props {
  readonly workspace: string;
  readonly broker: string;
  readonly may: boolean;
}

/** Tries the addresses, and says of each step what was found, or what failed. */
export function Test({ workspace, broker, may }: Props) {
  const words = useText().brokers;
  const [tested, setTested] = useState<ExternalBrokerTest | null>(null);
  const test = useAct(async () => {
    setTested(null);
    setTested((await api.testBroker({ workspace, broker })).data);
  });
  return (
    <Section
      title={words.test}
      actions={
        <Button variant="default" onClick={() => void test.run()} loading={test.busy} disabled={!may}>
          {words.testNow}
        </Button>
      }
    >
      <RefusalNote error={test.error} />
      {tested === null ? (
        <p className="quiet small">{words.testHelp}</p>
      ) : (
        <div role="status">
          {tested.tries.map(({ address, steps }) => (
            <div key={address}>
              <code>{address}</code>
              <ol className={css.steps}>
                {steps.map(({ step, ok, ms, text }) => (
                  <li key={step}>
                    <Status kind={ok ? "ok" : "bad"}>{words.steps[step]}</Status> <span>{text}</span>{" "}
                    <span className="quiet small">{ms} ms</span>
                  </li>
                ))}
              </ol>
            </div>
          ))}
        </div>
      )}
    </Section>
  );
}
