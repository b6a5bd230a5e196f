import { ActionIcon, Button, Group, Popover, Stack, TextInput } from "@mantine/core";
import { BookmarkIcon, TrashIcon } from "@primer/octicons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { preferenceIn, preferencesQuery, setPreference, usePreference } from "../../api/preferences.ts";
import { queryClient } from "../../api/index.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import css from "./devices.module.css";
import { type DevicesSearch, type Layout, type SavedView, savedViews } from "./search.ts";

interface Props {
  readonly workspace: string;
  readonly search: DevicesSearch;
  readonly layout: Layout;
  /** A view was opened that has columns and a density of its own. */
  readonly onOpen: (layout: Layout) => void;
}

const NAME = "devices.views";
const NONE: SavedView[] = [];

/** Filters, order, columns and density under a name: what folders are elsewhere. They are kept with the account. */
export default function ViewsMenu({ workspace, search, layout, onOpen }: Props) {
  const t = useText();
  const { value: views } = usePreference(NAME, workspace, NONE, savedViews);
  const [name, setName] = useState("");
  // another browser may have saved one meanwhile, which must not go
  const change = useMutation({
    mutationFn: async (of: (known: readonly SavedView[]) => SavedView[]) => {
      const known = await queryClient.fetchQuery({ ...preferencesQuery, staleTime: 0 });
      await setPreference(NAME, workspace, of(savedViews(preferenceIn(known, NAME, workspace)) ?? []));
    },
  });
  const without = (gone: string) => (known: readonly SavedView[]) => known.filter((one) => one.name !== gone);
  return (
    <Popover position="bottom-end" width={280} defaultOpened>
      <Popover.Target>
        <ActionIcon variant="default" size={30} aria-label={t.devices.views.title} title={t.devices.views.title}>
          <BookmarkIcon size={14} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t.devices.views.title}>
        <Stack gap="sm">
          <RefusalNote error={change.error} />
          {views.length === 0 && <p className="quiet small">{t.devices.views.none}</p>}
          {views.map((view) => (
            <div key={view.name} className={css.savedView}>
              <Link
                to="/w/$workspace/devices"
                params={{ workspace }}
                search={view.search}
                onClick={() => view.layout && onOpen(view.layout)}
              >
                {view.name}
              </Link>
              <ActionIcon
                aria-label={t.devices.views.delete(view.name)}
                title={t.devices.views.delete(view.name)}
                onClick={() => change.mutate(without(view.name))}
              >
                <TrashIcon size={14} />
              </ActionIcon>
            </div>
          ))}
          <form
            onSubmit={(event) => {
              event.preventDefault();
              const wish = name.trim();
              if (wish === "") return;
              const view: SavedView = { name: wish, search, layout };
              change.mutate((known) => [...without(wish)(known), view], { onSuccess: () => setName("") });
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
