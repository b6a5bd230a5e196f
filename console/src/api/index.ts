import { QueryClient } from "@tanstack/react-query";
import { takeEarly } from "../early/answers.ts";
import { createApi } from "./client.ts";
import { noteServerDate } from "./clock.ts";
import { ApiProblem } from "./problem.ts";

/** The one client and the one cache of answers. */

const session = { csrf: null as string | null };
const listeners = new Set<() => void>();

export const api = createApi({
  fetch: async (input, init) => {
    const early = init.method === "GET" ? await takeEarly(input) : undefined;
    const { answer, at } = early ?? { answer: await fetch(input, init), at: Date.now() };
    noteServerDate(answer.headers.get("Date"), at);
    return answer;
  },
  csrf: () => session.csrf,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  onSignedOut: () => {
    for (const tell of listeners) tell();
  },
});

/** The token of the session that began, or null: it ended. */
export function setCsrf(token: string | null): void {
  session.csrf = token;
}

/** Tells when an answer says that nobody is signed in any more. @returns takes it back */
export function onSignedOut(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

/** Asking again is of no use after a refusal; after a lost connection it is. */
function again(failures: number, error: Error): boolean {
  if (error instanceof ApiProblem && error.status < 500 && error.status !== 429) return false;
  return failures < 3;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: again,
      staleTime: 15_000,
      refetchOnWindowFocus: true,
      // without a network a question fails and says so, instead of waiting for it without a word; and is asked again when it is back
      networkMode: "always",
      refetchOnReconnect: true,
    },
    mutations: { retry: false, networkMode: "always" },
  },
});
