import { NumberInput, Switch, Textarea } from "@mantine/core";
import { DeviceKeyChoice } from "../../parts/choices/devices-choice.tsx";
import { FieldChoice } from "../../parts/choices/field-choice.tsx";
import { ManyChoice } from "../../parts/choices/many-choice.tsx";
import { HeaderRows } from "../../parts/header-rows.tsx";
import { useText } from "../../text/index.ts";
import type { ActionProps } from "./action-part.tsx";
import type { Action } from "./rule-actions.ts";
import css from "./rules.module.css";
import { SecretField } from "./secret-field.tsx";

const NOTHING: readonly never[] = [];
/** A day, s. */
const MOST_DIGEST = 86_400;

interface Props extends ActionProps {
  readonly become: (next: Action) => void;
}

/** What an action has beside its texts: receivers, headers, a secret, what is retained, a device. */
export function ActionMore({ workspace, draft, form, at, problem, change, become }: Props) {
  const words = useText().rules;
  const { action } = draft;
  const wrong = (key: string) => problem?.about(`actions[${at}].${key}`);
  switch (action.type) {
    case "email":
      return (
        <>
          <ManyChoice
            label={words.actionParts.to}
            placeholder="ann@example.com"
            required
            value={action.to.map(String)}
            onChange={(to) => become({ ...action, to })}
            options={NOTHING}
            onSearch={() => {}}
            read={(text) => text}
            splits={[",", ";", " "]}
            error={wrong("to")}
          />
          <NumberInput
            size="xs"
            label={words.digest}
            description={words.digestHelp}
            min={0}
            max={MOST_DIGEST}
            allowDecimal={false}
            value={action.digest}
            onChange={(digest) => become({ ...action, digest: Number(digest) })}
            error={wrong("digest")}
          />
        </>
      );
    case "webhook":
      return (
        <div className={css.wide}>
          <HeaderRows
            path={`actions[${at}].headers`}
            headers={draft.headers}
            onChange={(headers) => change({ ...draft, headers })}
            areTemplates
            problem={problem}
          />
          <SecretField
            secret={action.secret}
            onChange={(secret) => become({ ...action, secret })}
            error={wrong("secret")}
          />
        </div>
      );
    case "message":
      return (
        <Switch
          label={words.retain}
          description={words.retainHelp}
          checked={action.retain}
          onChange={({ currentTarget }) => become({ ...action, retain: currentTarget.checked })}
        />
      );
    case "field":
    case "downlink":
      return (
        <>
          <DeviceKeyChoice
            workspace={workspace}
            label={words.actionParts.device}
            placeholder="my-product/000001"
            value={action.device ?? ""}
            onChange={(device) => become({ ...action, device: device === "" ? null : device })}
            error={wrong("device")}
          />
          {action.type === "field" ? (
            <FieldChoice
              workspace={workspace}
              products={productsOf(action.device, form.products)}
              label={words.actionParts.field}
              value={String(action.field)}
              onChange={(field) => become({ ...action, field })}
              error={wrong("field")}
            />
          ) : (
            <Textarea
              label={words.actionParts.values}
              placeholder="LEVEL={{ value }}"
              autosize
              minRows={2}
              value={draft.values}
              onChange={({ currentTarget }) => change({ ...draft, values: currentTarget.value })}
              error={wrong("values")}
              spellCheck={false}
            />
          )}
        </>
      );
    default:
      return null;
  }
}
/** Those whose fields an action may write: of its device, or those that the rule is about. */
function productsOf(device: string | null, products: readonly string[]): readonly string[] {
  const [product = ""] = device?.split("/") ?? [];
  return product === "" ? products : [product];
}
