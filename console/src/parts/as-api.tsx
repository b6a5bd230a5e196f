import { ActionIcon, Popover } from "@mantine/core";
import { CodeIcon } from "@primer/octicons-react";
import { useText } from "../text/index.ts";
import { CopyButton } from "./copy-button.tsx";
import css from "./parts.module.css";

/** What this view shows, as a program would ask for it. */
export interface ApiExample {
  /** "REST", "MQTT". */
  readonly name: string;
  readonly text: string;
}

/** A curl line of the API. @param path below `/api/v1`, with what is in the address of the view */
export function curlText(path: string): ApiExample {
  return { name: "REST", text: `curl -H "Authorization: Token $FIELDCAST_TOKEN" "${location.origin}/api/v1${path}"` };
}

/** The same for a question with a body. */
export function postText(path: string, body: object): ApiExample {
  const { name, text } = curlText(path);
  return { name, text: `${text} -H "Content-Type: application/json" -d '${JSON.stringify(body)}'` };
}

/** The button "As API" of a page. */
export function AsApi({ examples }: { readonly examples: readonly ApiExample[] }) {
  const t = useText().common;
  return (
    <Popover width={520} position="bottom-end">
      <Popover.Target>
        <ActionIcon aria-label={t.asApi} title={t.asApi}>
          <CodeIcon size={16} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t.asApi}>
        <div className={css.examples}>
          {examples.map(({ name, text }) => (
            <div key={text}>
              <header>
                <h3>{name}</h3>
                <CopyButton text={text} what={name} />
              </header>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
              <pre tabIndex={0}>{text}</pre>
            </div>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
