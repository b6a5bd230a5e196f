import { Link, useMatches } from "@tanstack/react-router";
import { useEffect } from "react";
import { useText } from "../text/index.ts";
import css from "./frame.module.css";

/** The way to this page, as the routes name themselves (`staticData.crumb`); it is the window's title, too. */
export function Crumbs() {
  const t = useText();
  const matches = useMatches();
  const crumbs = matches.flatMap(({ id, pathname, params, staticData }) => {
    const crumb = staticData?.crumb;
    return crumb === undefined ? [] : [{ id, pathname, text: crumb(t, params as Readonly<Record<string, string>>) }];
  });
  const title = crumbs
    .map(({ text }) => text)
    .reverse()
    .join(" · ");
  useEffect(() => {
    document.title = title === "" ? "fieldcast" : `${title} · fieldcast`;
  }, [title]);
  return (
    <nav className={css.crumbs} aria-label={t.frame.crumbs}>
      <ol>
        {crumbs.map(({ id, pathname, text }, n) => (
          <li key={id}>
            {n === crumbs.length - 1 ? <span aria-current="page">{text}</span> : <Link to={pathname}>{text}</Link>}
          </li>
        ))}
      </ol>
    </nav>
  );
}
