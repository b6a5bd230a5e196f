import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Copyable } from "../../../parts/copy-button.tsx";
import { useText } from "../../../text/index.ts";
import { FreePayload } from "./free-payload.tsx";
import { filterOf, publishTopic, type Row } from "./rows.ts";
import css from "./tree.module.css";

interface Props {
  readonly workspace: string;
  readonly prefix: string;
  readonly row: Row;
  readonly onSubscribe: (filter: string) => void;
  readonly onPublish: (topic: string) => void;
}

/** What one can do with a level: copy its topics, subscribe, publish, and see its device. */
export function TreeDetails({ workspace, prefix, row, onSubscribe, onPublish }: Props) {
  const t = useText().tree;
  const { product, device, field, free } = row;
  const filter = filterOf(row);
  const topic = publishTopic(row, prefix);
  return (
    <section className={css.details} aria-label={t.details}>
      <dl>
        <dt>{t.subscribeTopic}</dt>
        <dd>
          <Copyable text={filter} what={t.subscribeTopic} />
        </dd>
        {topic !== null && (
          <>
            <dt>{t.publishTopic}</dt>
            <dd>
              <Copyable text={topic} what={t.publishTopic} />
            </dd>
          </>
        )}
      </dl>
      {free !== undefined && <FreePayload key={free.topic} free={free} />}
      <div className={css.actions}>
        <Button onClick={() => onSubscribe(filter)}>{t.subscribe}</Button>
        {topic !== null && (
          <Button variant="default" onClick={() => onPublish(topic)}>
            {t.publish}
          </Button>
        )}
        {product !== undefined && device !== undefined && (
          <Link
            to="/w/$workspace/devices/$product/$device"
            params={{ workspace, product: product.slug, device: device.id }}
            search={field === undefined ? {} : { tab: "history" }}
          >
            {field === undefined ? t.device : t.history}
          </Link>
        )}
      </div>
    </section>
  );
}
