import { ActionIcon, Button, TextInput } from "@mantine/core";
import { TrashIcon } from "@primer/octicons-react";
import type { ApiProblem } from "../api/problem.ts";
import { useText } from "../text/index.ts";
import css from "./forms.module.css";

/** A header of requests. Values are never shown again: null is one that stays as it is. */
export interface Header {
  readonly key: number;
  readonly name: string;
  readonly value: string | null;
}
interface Props {
  readonly headers: readonly Header[];
  readonly onChange: (headers: Header[]) => void;
  /** Values are filled as the template is. */
  readonly areTemplates: boolean;
  readonly problem: ApiProblem | null;
  /** Where they stand in the body of a request. */
  readonly path: string;
}

/** Those of an answer: their values are not told. */
export function headersOf(headers: Readonly<Record<string, unknown>>): Header[] {
  return Object.keys(headers).map((name, key) => ({ key, name, value: null }));
}
/** As requests have them: those without a name are left out. */
export function headersAsked(headers: readonly Header[]): Record<string, string | null> {
  return Object.fromEntries(headers.map(({ name, value }) => [name.trim(), value]).filter(([name]) => name !== ""));
}

/** Headers of the requests, a row each. Values may be secret: those that are kept are never shown, and stay until another is typed. */
export function HeaderRows({ headers, onChange, areTemplates, problem, path }: Props) {
  const t = useText().webhook;
  const next = Math.max(0, ...headers.map(({ key }) => key)) + 1;
  const change = (header: Header, changed: Partial<Header>) =>
    onChange(headers.map((one) => (one === header ? { ...one, ...changed } : one)));
  return (
    <fieldset className={css.group}>
      <legend>{t.headers}</legend>
      <p className="quiet small">{areTemplates ? t.headersTemplates : t.headersHelp}</p>
      {headers.map((header, n) => (
        <div key={header.key} className={css.header}>
          <TextInput
            aria-label={t.headerName(n + 1)}
            placeholder="X-Api-Key"
            value={header.name}
            // a kept value belongs to its name
            disabled={header.value === null}
            onChange={(event) => change(header, { name: event.currentTarget.value })}
            error={problem?.about(`${path}.${header.name.trim()}`)}
            spellCheck={false}
          />
          <TextInput
            aria-label={t.headerValue(n + 1)}
            placeholder={header.value === null ? t.headerKept : ""}
            value={header.value ?? ""}
            onChange={(event) => change(header, { value: event.currentTarget.value })}
            spellCheck={false}
            autoComplete="off"
          />
          <ActionIcon
            aria-label={t.removeHeader(n + 1)}
            title={t.removeHeader(n + 1)}
            onClick={() => onChange(headers.filter((one) => one !== header))}
          >
            <TrashIcon size={16} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button variant="default" onClick={() => onChange([...headers, { key: next, name: "", value: "" }])}>
          {t.addHeader}
        </Button>
      </div>
    </fieldset>
  );
}
