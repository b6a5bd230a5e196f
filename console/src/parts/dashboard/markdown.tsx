import { lexer, type Token, type Tokens } from "marked";
import { createElement, Fragment, type ReactNode } from "react";

/**
 * Markdown as elements of the page. No HTML of the text becomes HTML: it stands there as it was written. Links lead to the web or within the
 * console; pictures are not loaded.
 */
export function Markdown({ text }: { readonly text: string }) {
  const tokens = lexer(text, { gfm: true });
  const depths = tokens.flatMap((token) => (token.type === "heading" ? [Number((token as Tokens.Heading).depth)] : []));
  const known = [...new Set(depths)].sort((a, b) => a - b);
  // a page has one title: headings of a text come below it, and none is left out
  return (
    <>{tokens.map((token, n) => part(token as Tokens.Generic, n, (depth) => 2 + Math.max(0, known.indexOf(depth))))}</>
  );
}

const blocks = (tokens: readonly Token[] | undefined): ReactNode[] =>
  (tokens ?? []).map((token, n) => part(token as Tokens.Generic, n, () => 6));

function part(token: Tokens.Generic, key: number, levelOf: (depth: number) => number): ReactNode {
  switch (token.type) {
    case "heading": {
      const depth = Number(token.depth);
      return createElement(`h${Math.min(6, levelOf(depth))}`, { key, "data-depth": depth }, blocks(token.tokens));
    }
    case "paragraph":
      return <p key={key}>{blocks(token.tokens)}</p>;
    case "text":
      return <Fragment key={key}>{token.tokens === undefined ? plain(token.text) : blocks(token.tokens)}</Fragment>;
    case "strong":
      return <strong key={key}>{blocks(token.tokens)}</strong>;
    case "em":
      return <em key={key}>{blocks(token.tokens)}</em>;
    case "del":
      return <del key={key}>{blocks(token.tokens)}</del>;
    case "codespan":
      return <code key={key}>{plain(token.text)}</code>;
    case "code":
      return (
        <pre key={key}>
          <code>{token.text}</code>
        </pre>
      );
    case "br":
      return <br key={key} />;
    case "hr":
      return <hr key={key} />;
    case "blockquote":
      return <blockquote key={key}>{blocks(token.tokens)}</blockquote>;
    case "list": {
      const items = (token as Tokens.List).items.map((item, n) => (
        <li key={item.raw + String(n)}>{blocks(item.tokens)}</li>
      ));
      return token.ordered === true ? <ol key={key}>{items}</ol> : <ul key={key}>{items}</ul>;
    }
    case "table":
      return <Table key={key} table={token as Tokens.Table} />;
    case "link":
      return isSafe(token.href) ? (
        <a key={key} href={token.href} rel="noreferrer noopener" target="_blank">
          {blocks(token.tokens)}
        </a>
      ) : (
        <Fragment key={key}>{blocks(token.tokens)}</Fragment>
      );
    case "escape":
      return <Fragment key={key}>{plain(token.text)}</Fragment>;
    case "space":
    case "def":
      return null;
    default:
      // HTML, pictures, and what a later version may know
      return <Fragment key={key}>{token.raw}</Fragment>;
  }
}

function Table({ table }: { readonly table: Tokens.Table }) {
  return (
    <table>
      <thead>
        <tr>
          {table.header.map((cell, n) => (
            <th key={cell.text + String(n)}>{blocks(cell.tokens)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row, n) => (
          <tr key={row.map(({ text }) => text).join() + String(n)}>
            {row.map((cell, m) => (
              <td key={cell.text + String(m)}>{blocks(cell.tokens)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const NAMES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
/** The library gives some characters as HTML names them. */
const plain = (text: string) => text.replace(/&(amp|lt|gt|quot|#39);/g, (all, name: string) => NAMES[name] ?? all);

/** @returns whether a link leads to the web, to mail, or within this server */
export function isSafe(href: unknown): href is string {
  return typeof href === "string" && /^(?:https?:\/\/|mailto:|\/(?!\/)|#)/i.test(href);
}
