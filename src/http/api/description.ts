/** What the OpenAPI document says of all operations. */
export const DESCRIPTION =
  "Everything about a fleet and its measurements. Errors are problem details " +
  "(RFC 9457) with a code that never changes its meaning. Lists come in pages: `next` is the `cursor` of the following " +
  "page. A POST with an Idempotency-Key is done once within 24 hours, however often it is sent. People who are " +
  "signed in send their cookie in place of a token; what changes something takes the header X-CSRF-Token beside it. " +
  "Where several servers share a store, every operation also takes `at` in its address (or the header Fieldcast-At): it is answered " +
  "by a server that has their log up to that Fieldcast-Position, which answers to changes say; and `wait=0` (Fieldcast-Wait: 0), " +
  "with which a change is answered before the other servers obey it.";
