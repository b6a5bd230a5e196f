import { Menu } from "@mantine/core";
import { CheckIcon, ChevronDownIcon } from "@primer/octicons-react";
import { Link, useRouterState } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { useOperates } from "../api/session.ts";
import { useText } from "../text/index.ts";
import css from "./frame.module.css";
import { NAV } from "./nav.ts";

// without it the page is there all the same: a server that is away just then must not take the page along
const AlertCount = lazy(() => import("./alert-count.tsx"));
const AttentionCount = lazy(() => import("./attention-count.tsx").catch(() => ({ default: () => null })));

interface Named {
  readonly slug: string;
  readonly name: string;
}

/** Where a path leads; null: there is no workspace it could be of. */
function addressOf(path: string, workspace: string | null): string | null {
  if (path.startsWith("/")) return path;
  return workspace === null ? null : `/w/${workspace}/${path}`;
}

/** The entries with their addresses, and whether one is at them. */
export function useEntries(workspace: string | null) {
  const operates = useOperates();
  const here = useRouterState({ select: ({ location }) => location.pathname });
  const isHere = (path: string) => {
    const to = addressOf(path, workspace);
    return to !== null && (here === to || here.startsWith(`${to}/`));
  };
  return NAV.filter(({ operate }) => operate !== true || operates).flatMap((entry) => {
    const to = addressOf(entry.path, workspace);
    const { path, also = [] } = entry;
    return to === null ? [] : [{ ...entry, to, isHere: [path, ...also].some(isHere) }];
  });
}

export interface SidebarProps {
  readonly workspace: string | null;
  readonly workspaces: readonly Named[];
  readonly folded: boolean;
  /** At its foot. */
  readonly children: ReactNode;
}

export function Sidebar({ workspace, workspaces, folded, children }: SidebarProps) {
  const t = useText().frame;
  const entries = useEntries(workspace);
  return (
    <aside className={css.side}>
      <Link to="/" className={css.brand}>
        <Mark />
        <span>fieldcast</span>
      </Link>
      <WorkspaceSwitch workspace={workspace} workspaces={workspaces} />
      <nav aria-label={t.navigation} className={css.nav}>
        {entries.map(({ id, to, icon: Icon, isHere }) => (
          <Link
            key={id}
            to={to}
            className={css.entry}
            title={folded ? t[id] : undefined}
            aria-current={isHere ? "page" : undefined}
          >
            <Icon size={16} aria-hidden />
            <span>{t[id]}</span>
            {id === "home" && <Attention workspace={workspace} />}
            {id === "alerts" && <Suspense>{workspace !== null && <AlertCount workspace={workspace} />}</Suspense>}
          </Link>
        ))}
      </nav>
      <div className={css.foot}>{children}</div>
    </aside>
  );
}

/** What one came for is there first, ms. */
const LATE_MS = 1200;

export function Attention({ workspace }: { readonly workspace: string | null }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), LATE_MS);
    return () => clearTimeout(timer);
  }, []);
  return <Suspense>{late && workspace !== null && <AttentionCount key={workspace} workspace={workspace} />}</Suspense>;
}

/** The sign of the product. */
export function Mark() {
  return (
    <svg className={css.mark} width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M8 .8 15.2 8 8 15.2.8 8z" />
    </svg>
  );
}

function WorkspaceSwitch({ workspace, workspaces }: Pick<SidebarProps, "workspace" | "workspaces">) {
  const t = useText().frame;
  const current = workspaces.find(({ slug }) => slug === workspace);
  return (
    <Menu position="bottom-start" width={224}>
      <Menu.Target>
        <button type="button" className={css.workspace} title={t.workspace}>
          <span className={css.initial} aria-hidden>
            {(current?.name || workspace || "?").slice(0, 1).toUpperCase()}
          </span>
          <span className={css.workspaceName}>{current?.name || workspace}</span>
          <ChevronDownIcon size={12} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <WorkspaceItems workspace={workspace} workspaces={workspaces} />
      </Menu.Dropdown>
    </Menu>
  );
}

export function WorkspaceItems({ workspace, workspaces }: Pick<SidebarProps, "workspace" | "workspaces">) {
  const t = useText().frame;
  return (
    <>
      <Menu.Label>{t.workspace}</Menu.Label>
      {workspaces.map(({ slug, name }) => (
        <Menu.Item
          key={slug}
          component={Link}
          to={`/w/${slug}/devices`}
          rightSection={slug === workspace ? <CheckIcon size={14} /> : null}
        >
          {name || slug}
        </Menu.Item>
      ))}
    </>
  );
}
