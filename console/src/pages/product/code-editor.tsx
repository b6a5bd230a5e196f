import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";

interface Props {
  /** What is edited at first; another one needs another `key`. */
  readonly code: string;
  readonly onChange: (code: string) => void;
  readonly label: string;
  readonly readOnly: boolean;
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword], color: "var(--series-4)" },
  { tag: [tags.string, tags.regexp], color: "var(--series-1)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--series-2)" },
  { tag: [tags.function(tags.variableName), tags.definition(tags.variableName)], color: "var(--series-3)" },
  { tag: tags.comment, color: "var(--text-3)" },
]);
const look = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "var(--surface)", fontSize: "13px", maxHeight: "560px" },
  "&.cm-focused": { outline: "2px solid var(--accent-line)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", minHeight: "320px", lineHeight: "20px" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--text-3)", border: "0" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "var(--chosen)",
  },
});

/**
 * An editor for scripts. It lies in a shadow tree: there its styles are style sheets of the document object model, which the
 * policy of the pages allows; elsewhere it would write a style element, which it does not. Tab leaves it, as in every field.
 */
export default function CodeEditor({ code, onChange, label, readOnly }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const latest = useRef({ code, onChange });
  latest.current.onChange = onChange;
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
    const view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: latest.current.code,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          highlightActiveLine(),
          javascript(),
          syntaxHighlighting(colours),
          look,
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    return () => view.destroy();
  }, [label, readOnly]);
  return <div ref={host} />;
}
