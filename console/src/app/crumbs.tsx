import { Link, useMatches } from "@tanstack/react-router";
import { useEffect } from "react";
import { useNameOfPage } from "../parts/page-name.ts";
import { useText } from "../text/index.ts";
import css from "./frame.module.css";

/** The way to this page, as the routes name themselves (`staticData.crumb`); it is the window's title, too. */
export function Crumbs() {
  const t = useText();
  const matches = useMatches();
  const name = useNameOfPage();
  const crumbs = matches.flatMap(({ id, pathname, params, staticData }) => {
    const { crumb, above } = staticData ?? {};
    if (crumb === undefined) return [];
    const named = params as Readonly<Record<string, string>>; // what the address has
    const own = { id, to: pathname, text: crumb(t, named) };
    return above === undefined ? [own] : [{ id: `above ${id}`, ...above(t, named) }, own];
  });
  const last = crumbs.at(-1);
  if (last !== undefined && name !== null) last.text = name;
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
        {crumbs.map(({ id, to, text }, n) => (
          <li key={id}>
            {n === crumbs.length - 1 ? <span aria-current="page">{text}</span> : <Link to={to}>{text}</Link>}
          </li>
        ))}
      </ol>
    </nav>
  );
}
