import { ActionIcon } from "@mantine/core";
import { CheckIcon, CopyIcon } from "@primer/octicons-react";
import { Fragment, type ReactNode, useEffect, useState } from "react";
import { useText } from "../text/index.ts";
import css from "./parts.module.css";

interface Props {
  readonly text: string;
  /** What it is, for the name of the button: "device id". */
  readonly what: string;
}
interface ButtonProps {
  /** Or what makes it when it is asked for. */
  readonly text: string | (() => string);
  readonly what: string;
  /** Instead of two sheets of paper. */
  readonly icon?: ReactNode;
}

/** Copies a text, and says so in its place. */
export function CopyButton({ text, what, icon = <CopyIcon size={14} /> }: ButtonProps) {
  const t = useText().common;
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <ActionIcon
      aria-label={copied ? t.copied : t.copy(what)}
      title={copied ? t.copied : t.copy(what)}
      className={copied ? css.copied : undefined}
      onClick={(event) => {
        event.stopPropagation();
        void copyText(typeof text === "string" ? text : text()).then(setCopied);
      }}
    >
      {copied ? <CheckIcon size={14} /> : icon}
    </ActionIcon>
  );
}

/** @returns whether the text is in the clipboard now */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // without HTTPS browsers have no clipboard for pages, but for a selection
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "sr-only";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

/** A text that goes into a client (an id, a topic, an address) with its button. */
export function Copyable({
  text,
  what,
  shown,
}: Props & { /** Instead of the text: where it is long, or a secret. */ readonly shown?: string }) {
  return (
    <span className={css.copyable}>
      <code>{breakable(shown ?? text)}</code>
      <CopyButton text={text} what={what} />
    </span>
  );
}

/** A topic or an address may break behind each slash. */
function breakable(text: string) {
  return text.split(/(?<=\/)/).map((part, n) => (
    // the parts have no identity of their own
    // biome-ignore lint/suspicious/noArrayIndexKey: see above
    <Fragment key={n}>
      {part}
      <wbr />
    </Fragment>
  ));
}
