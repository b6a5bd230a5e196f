import { Button, Checkbox, Group, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { ApiUser } from "../../../../sdk/operations.js";
import { connectionQuery } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { ApiProblem } from "../../api/problem.ts";
import { Copyable } from "../../parts/copy-button.tsx";
import { mqttReach } from "../../parts/reach.ts";
import { useSaved } from "../../parts/kept-context.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Fact, Facts, Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";

interface Props {
  readonly workspace: string;
  readonly apiUser: ApiUser;
  readonly etag: string;
  readonly may: boolean;
}
/** Where Home Assistant looks for devices, unless it was told another prefix. */
const USUAL = "homeassistant";

/** Whether the devices of an API user appear in Home Assistant, and what is entered there. */
export function HomeAssistant({ workspace, apiUser, etag, may }: Props) {
  const t = useText();
  const words = t.access.homeAssistant;
  const saved = useSaved();
  const [isOn, setOn] = useState(apiUser.home_assistant !== null);
  const [prefix, setPrefix] = useState(apiUser.home_assistant ?? USUAL);
  const wish = isOn ? prefix.trim() : null;
  const save = useMutation({
    mutationFn: () =>
      api.updateApiUser({ workspace, api_user: apiUser.api_user, if_match: etag, body: { home_assistant: wish } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["api-users"] });
      saved();
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const problem = save.error instanceof ApiProblem ? save.error.about("home_assistant") : undefined;
  return (
    <Section title={words.title}>
      <form onSubmit={send}>
        <Stack gap="md">
          <p className="quiet small">{words.how}</p>
          <Checkbox
            label={words.on}
            checked={isOn}
            disabled={!may}
            onChange={(event) => setOn(event.currentTarget.checked)}
          />
          {isOn && (
            <TextInput
              label={words.prefix}
              value={prefix}
              required
              maxLength={64}
              disabled={!may}
              error={problem}
              onChange={(event) => setPrefix(event.currentTarget.value)}
            />
          )}
          <RefusalNote error={problem === undefined ? save.error : null} />
          <Group gap="sm">
            <Button
              type="submit"
              loading={save.isPending}
              disabled={!may || wish === apiUser.home_assistant}
              title={may ? undefined : t.common.needs("members")}
            >
              {words.apply}
            </Button>
          </Group>
        </Stack>
      </form>
      {apiUser.home_assistant !== null && <Enter mqtt={apiUser.mqtt} />}
    </Section>
  );
}

/** The lines of Home Assistant's MQTT integration. */
function Enter({ mqtt }: { readonly mqtt: boolean }) {
  const words = useText().access.homeAssistant;
  const { data, error } = useQuery(connectionQuery);
  if (data === undefined) return <RefusalNote error={error} />;
  const reach = mqttReach(data, location.hostname, undefined);
  if (!mqtt || reach === null) return <p className="small">{mqtt ? words.unreachable : words.noMqtt}</p>;
  return (
    <Stack gap="xs" mt="md">
      <p className="small">{words.enter}</p>
      <Facts>
        <Fact name={words.broker}>
          <Copyable text={reach.host} what={words.broker} />
        </Fact>
        <Fact name={words.port}>
          <Copyable text={String(reach.port)} what={words.port} />
        </Fact>
        <Fact name={words.login}>{words.token}</Fact>
      </Facts>
      {reach.tls && data.own_ca && <p className="small">{words.ca}</p>}
    </Stack>
  );
}
