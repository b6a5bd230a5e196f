import { ActionIcon, Button, Group, Popover, Stack, TextInput } from "@mantine/core";
import { BookmarkIcon, TrashIcon } from "@primer/octicons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useKept } from "../../parts/kept.ts";
import { useText } from "../../text/index.ts";
import css from "./devices.module.css";
import { type DevicesSearch, savedViews } from "./search.ts";

/** Filters under a name: what folders are elsewhere. They are kept in this browser. */
export function ViewsMenu({ workspace, search }: { readonly workspace: string; readonly search: DevicesSearch }) {
  const t = useText();
  const [views, keep] = useKept(`fieldcast-views-${workspace}`, [], savedViews);
  const [name, setName] = useState("");
  return (
    <Popover position="bottom-end" width={280}>
      <Popover.Target>
        <ActionIcon variant="default" size={30} aria-label={t.devices.views.title} title={t.devices.views.title}>
          <BookmarkIcon size={14} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t.devices.views.title}>
        <Stack gap="sm">
          {views.length === 0 && <p className="quiet small">{t.devices.views.none}</p>}
          {views.map((view) => (
            <div key={view.name} className={css.savedView}>
              <Link to="/w/$workspace/devices" params={{ workspace }} search={view.search}>
                {view.name}
              </Link>
              <ActionIcon
                aria-label={t.devices.views.delete(view.name)}
                title={t.devices.views.delete(view.name)}
                onClick={() => keep(views.filter((one) => one !== view))}
              >
                <TrashIcon size={14} />
              </ActionIcon>
            </div>
          ))}
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (name.trim() === "") return;
              keep([...views.filter((one) => one.name !== name.trim()), { name: name.trim(), search }]);
              setName("");
            }}
          >
            <Group gap="sm" wrap="nowrap" align="flex-end">
              <TextInput
                label={t.devices.views.name}
                value={name}
                maxLength={60}
                onChange={(event) => setName(event.currentTarget.value)}
                flex={1}
              />
              <Button type="submit" title={t.devices.views.save}>
                {t.common.save}
              </Button>
            </Group>
          </form>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
