import type { Consumer } from "./consumer.ts";
import type { OpenConsumer } from "./needs.ts";

/** What the opener of a consumer has of it. @param moved what it keeps is to be stored soon */
export function handleOf(consumer: Consumer, moved: () => void): OpenConsumer {
  const { place } = consumer;
  return {
    get note() {
      return place.note;
    },
    keep(note) {
      place.note = note;
      moved();
    },
    handled(upTo) {
      place.handled(upTo);
      moved();
    },
    close: () => consumer.close(),
  };
}
