import { ActionIcon } from "@mantine/core";
import { ScreenNormalIcon } from "@primer/octicons-react";
import { type ReactNode, useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { usePageName } from "../../parts/page-name.ts";
import { useText } from "../../parts/dashboard/text.ts";
import css from "./dashboard-page.module.css";

interface Props {
  readonly name: string;
  readonly onLeave: () => void;
  readonly children: ReactNode;
}

/** Nothing but the widgets, on the whole screen where the browser allows it. Escape leaves. */
export function Wall({ name, onLeave, children }: Props) {
  const t = useText().dashboards;
  const leave = useRef(onLeave);
  leave.current = onLeave;
  usePageName(name);
  useEffect(() => {
    // opened by its address, without a click, it fills the window alone
    const full =
      navigator.userActivation?.isActive === true ? document.documentElement.requestFullscreen?.() : undefined;
    full?.catch(() => undefined);
    const pressed = (event: KeyboardEvent) => {
      if (event.key === "Escape") leave.current();
    };
    const changed = () => {
      if (document.fullscreenElement === null) leave.current();
    };
    // what lies behind is neither seen nor reached
    const behind = document.getElementById("root");
    behind?.setAttribute("inert", "");
    window.addEventListener("keydown", pressed);
    document.addEventListener("fullscreenchange", changed);
    return () => {
      behind?.removeAttribute("inert");
      window.removeEventListener("keydown", pressed);
      document.removeEventListener("fullscreenchange", changed);
      if (document.fullscreenElement !== null) void document.exitFullscreen();
    };
  }, []);
  return createPortal(
    <section className={css.wall} aria-label={name}>
      {children}
      <ActionIcon
        className={css.leave}
        variant="default"
        aria-label={t.leaveWall}
        title={t.leaveWall}
        onClick={onLeave}
      >
        <ScreenNormalIcon size={14} />
      </ActionIcon>
    </section>,
    document.body,
  );
}
