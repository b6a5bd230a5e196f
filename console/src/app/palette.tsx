import { Modal } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useId, useState } from "react";
import { useText } from "../text/index.ts";
import css from "./frame.module.css";
import { type Hit, usePages, useFound, useOthers } from "./palette-hits.tsx";

/** Finds devices by name, id, serial or a topic that was pasted whole, products, fields, dashboards, people, API users, and pages. */
export default function Palette({
  workspace,
  onClose,
}: {
  readonly workspace: string | null;
  readonly onClose: () => void;
}) {
  const t = useText().frame;
  const list = useId();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const pages = usePages(workspace, text);
  const found = useFound(text);
  const others = useOthers(workspace, text);
  const hits = [...found, ...others, ...pages];
  const chosen = Math.min(at, hits.length - 1);
  const go = (hit: Hit | undefined) => {
    if (hit === undefined) return;
    onClose();
    void navigate({ to: hit.to });
  };
  const hear = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && hits.length > 0) {
      event.preventDefault();
      setAt((chosen + step + hits.length) % hits.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(hits[chosen]);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      centered={false}
      size={560}
      attributes={{ content: { "aria-label": t.palette.title } }}
    >
      <input
        className={css.paletteInput}
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={hits[chosen] && `${list}-${chosen}`}
        aria-label={t.palette.title}
        placeholder={t.palette.placeholder}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={hear}
        data-autofocus
        spellCheck={false}
      />
      <div className={css.hits} role="listbox" id={list} aria-label={t.palette.title}>
        {hits.map((hit, n) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard where one types
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays where one types (aria-activedescendant)
          <div
            key={hit.key}
            id={`${list}-${n}`}
            role="option"
            aria-selected={n === chosen}
            className={css.hit}
            onClick={() => go(hit)}
            onPointerMove={() => setAt(n)}
          >
            {hit.icon}
            <span>{hit.name}</span>
            <code>{hit.about}</code>
          </div>
        ))}
        {hits.length === 0 && <p className={css.nothing}>{t.palette.nothing}</p>}
      </div>
      <p className={css.hint}>{t.palette.hint}</p>
    </Modal>
  );
}
