import { Menu } from "@mantine/core";
import { KebabHorizontalIcon } from "@primer/octicons-react";
import { Link } from "@tanstack/react-router";
import { useText } from "../text/index.ts";
import css from "./frame.module.css";
import { Attention, type SidebarProps, useEntries, WorkspaceItems } from "./sidebar.tsx";

/** Entries beside "more" in the bar of phones. */
const IN_BAR = 4;

/** The navigation of phones; their way to the other workspaces stands under "more". */
export function BottomBar({ workspace, workspaces }: Pick<SidebarProps, "workspace" | "workspaces">) {
  const t = useText().frame;
  const entries = useEntries(workspace);
  const rest = entries.slice(IN_BAR);
  const isInRest = rest.some(({ isHere }) => isHere);
  return (
    <nav className={css.bar} aria-label={t.navigation}>
      {entries.slice(0, IN_BAR).map(({ id, to, icon: Icon, isHere }) => (
        <Link key={id} to={to} className={css.barEntry} aria-current={isHere ? "page" : undefined}>
          <Icon size={16} aria-hidden />
          <span>{t[id]}</span>
          {id === "home" && <Attention workspace={workspace} />}
        </Link>
      ))}
      {(rest.length > 0 || workspaces.length > 1) && (
        <Menu position="top-end" width={200}>
          <Menu.Target>
            <button type="button" className={css.barEntry} aria-current={isInRest ? "page" : undefined}>
              <KebabHorizontalIcon size={16} aria-hidden />
              <span>{t.more}</span>
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {rest.map(({ id, to, icon: Icon }) => (
              <Menu.Item key={id} component={Link} to={to} leftSection={<Icon size={16} />}>
                {t[id]}
              </Menu.Item>
            ))}
            {workspaces.length > 1 && <WorkspaceItems workspace={workspace} workspaces={workspaces} />}
          </Menu.Dropdown>
        </Menu>
      )}
    </nav>
  );
}
