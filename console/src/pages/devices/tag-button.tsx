import { Autocomplete, Button, Popover, Stack } from "@mantine/core";
import { TagIcon } from "@primer/octicons-react";
import { useState } from "react";
import { useText } from "../../text/index.ts";

interface TagButtonProps {
  readonly label: string;
  readonly tags: readonly string[];
  readonly disabled: boolean;
  readonly title?: string;
  readonly apply: (tag: string) => Promise<unknown>;
}

/** Asks for a tag, and does something with it. */
export function TagButton({ label, tags, disabled, title, apply }: TagButtonProps) {
  const t = useText();
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState("");
  return (
    <Popover opened={opened} onChange={setOpened} position="top" width={240} trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<TagIcon size={14} />}
          disabled={disabled}
          title={title}
          onClick={() => setOpened(!opened)}
        >
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const wish = name.trim();
            if (wish === "") return;
            setOpened(false);
            setName("");
            void apply(wish);
          }}
        >
          <Stack gap="sm">
            <Autocomplete
              size="xs"
              label={t.devices.bulk.tag}
              data={[...tags]}
              value={name}
              onChange={setName}
              maxLength={64}
              comboboxProps={{ withinPortal: false }}
            />
            <Button type="submit">{t.devices.bulk.apply}</Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
