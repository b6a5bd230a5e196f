import { ActionIcon } from "@mantine/core";
import { SearchIcon, SidebarCollapseIcon, SidebarExpandIcon } from "@primer/octicons-react";
import { useQuery } from "@tanstack/react-query";
import { Outlet, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { onSignedOut } from "../api/index.ts";
import { workspacesQuery } from "../api/session.ts";
import { liveConnection } from "../live/index.ts";
import { useText, wholeText } from "../text/index.ts";
import { AccountMenu } from "./account-menu.tsx";
import { Crumbs } from "./crumbs.tsx";
import { NotFound } from "./failures.tsx";
import css from "./frame.module.css";
import { LiveBadge } from "./live-badge.tsx";
import { useOtherTabs } from "./other-tabs.ts";
import { useOwnLooks } from "./own-looks.ts";
import { rememberedWorkspace, rememberWorkspace } from "./remembered.ts";
import { BottomBar } from "./bottom-bar.tsx";
import { Sidebar } from "./sidebar.tsx";

const SessionEnded = lazy(async () => {
  await wholeText();
  return import("./session-ended.tsx");
});
const AlertWatch = lazy(() => import("./alert-watch.tsx"));
const Palette = lazy(() => import("./palette.tsx"));
const FOLDED = "fieldcast-sidebar-folded";

/** What stands around every page of who is signed in: sidebar, line at the top, and the page. */
export function Frame() {
  const t = useText().frame;
  const { workspace: named } = useParams({ strict: false });
  const { data: workspaces } = useQuery(workspacesQuery);
  // without it the pages would show a workspace that has nothing in it
  const unknown = named !== undefined && workspaces !== undefined && !workspaces.some(({ slug }) => slug === named);
  const workspace = unknown ? rememberedWorkspace(workspaces) : (named ?? rememberedWorkspace(workspaces ?? []));
  const [folded, setFolded] = useState(() => localStorage.getItem(FOLDED) === "yes");
  const [searching, setSearching] = useState(false);
  useEffect(() => {
    if (named !== undefined && workspaces !== undefined && !unknown) rememberWorkspace(named);
  }, [named, workspaces, unknown]);
  useOwnLooks();
  useOtherTabs();
  const [ended, setEnded] = useState(false);
  useSessionEnd(setEnded);
  useLiveWhileSeen();
  useShortcut(() => setSearching(true));
  const fold = () => {
    localStorage.setItem(FOLDED, folded ? "no" : "yes");
    setFolded(!folded);
  };
  return (
    <div className={css.frame} data-folded={folded || undefined}>
      <a className={css.skip} href="#page">
        {t.skip}
      </a>
      <Sidebar workspace={workspace} workspaces={workspaces ?? []} folded={folded}>
        <ActionIcon aria-label={folded ? t.unfold : t.fold} title={folded ? t.unfold : t.fold} onClick={fold}>
          {folded ? <SidebarCollapseIcon /> : <SidebarExpandIcon />}
        </ActionIcon>
      </Sidebar>
      <header className={css.top}>
        <Crumbs />
        <button type="button" className={css.search} onClick={() => setSearching(true)}>
          <SearchIcon size={14} aria-hidden />
          <span>{t.search}</span>
          <kbd>Ctrl K</kbd>
        </button>
        <LiveBadge />
        <AccountMenu />
      </header>
      <main className={css.main} id="page" tabIndex={-1}>
        {unknown ? <NotFound /> : <Outlet />}
      </main>
      <BottomBar workspace={workspace} workspaces={workspaces ?? []} />
      {ended && (
        <Suspense>
          <SessionEnded onBack={() => setEnded(false)} />
        </Suspense>
      )}
      <Suspense>{workspace != null && !unknown && <AlertWatch key={workspace} workspace={workspace} />}</Suspense>
      {searching && (
        <Suspense>
          <Palette workspace={workspace} onClose={() => setSearching(false)} />
        </Suspense>
      )}
    </div>
  );
}

/** Tells when the session is over: the page stays, with what was typed in it, until who it belongs to is back. */
function useSessionEnd(tell: (ended: boolean) => void): void {
  useEffect(
    () =>
      onSignedOut(() => {
        liveConnection.stop();
        tell(true);
      }),
    [tell],
  );
}

/** Hidden for a minute, a page holds no stream open: browsers have six connections for one server. */
const HIDDEN_MS = 60_000;
function useLiveWhileSeen(): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    // who paused it by hand goes on by hand
    let byItself = false;
    const look = () => {
      clearTimeout(timer);
      if (document.hidden)
        timer = setTimeout(() => {
          if (liveConnection.state.kind === "paused") return;
          byItself = true;
          liveConnection.pause();
        }, HIDDEN_MS);
      else if (byItself) {
        byItself = false;
        liveConnection.start();
      }
    };
    liveConnection.start();
    document.addEventListener("visibilitychange", look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
      liveConnection.stop();
    };
  }, []);
}

/** Ctrl-K or Cmd-K anywhere; `/` where nothing is being typed. */
function useShortcut(open: () => void): void {
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof Element && event.target.closest("input, textarea, [contenteditable]") !== null;
      const asked = (event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing);
      if (!asked) return;
      event.preventDefault();
      open();
    };
    window.addEventListener("keydown", hear);
    return () => window.removeEventListener("keydown", hear);
  }, [open]);
}
