import { Button, PasswordInput } from "@mantine/core";
import { useText } from "../../text/index.ts";
import { KEPT, newSecret } from "./rule-actions.ts";
import css from "./rules.module.css";

interface Props {
  /** null: there is none; KEPT: there is one, which nobody is shown. */
  readonly secret: string | null;
  readonly onChange: (secret: string | null) => void;
  readonly error: string | undefined;
}

/** The secret by which requests are signed: it is written, and never shown again. */
export function SecretField({ secret, onChange, error }: Props) {
  const words = useText().rules.secret;
  if (secret === KEPT && error === undefined)
    return (
      <div className={css.secret}>
        <p className="small">{words.kept}</p>
        <Button variant="default" onClick={() => onChange("")}>
          {words.replace}
        </Button>
        <Button variant="subtle" color="gray" onClick={() => onChange(null)}>
          {words.remove}
        </Button>
      </div>
    );
  return (
    <div className={css.secret}>
      <PasswordInput
        size="xs"
        className={css.grows ?? ""}
        label={words.label}
        description={words.help}
        placeholder="whsec_…"
        value={secret === KEPT ? "" : (secret ?? "")}
        onChange={({ currentTarget }) => onChange(currentTarget.value === "" ? null : currentTarget.value)}
        error={error}
        autoComplete="off"
        visibilityToggleButtonProps={{ "aria-label": words.show }}
      />
      <Button variant="default" onClick={() => onChange(newSecret())}>
        {words.make}
      </Button>
    </div>
  );
}
