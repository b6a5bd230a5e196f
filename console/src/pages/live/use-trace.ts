import { useEffect, useRef, useState } from "react";
import { useText } from "../../text/index.ts";
import { lineOf, MOST_LINES, type TraceLine } from "./packets.ts";

/** The lines of a trace, oldest first. @param address null: it is off @param over it ended by itself */
export function useTrace(address: string | null, over: () => void) {
  const t = useText().live.trace;
  const [lines, setLines] = useState<readonly TraceLine[]>([]);
  const [ended, setEnded] = useState<string | null>(null);
  const number = useRef(0);
  const latest = useRef({ over, t });
  latest.current = { over, t };
  useEffect(() => {
    if (address === null) return;
    setEnded(null);
    let fresh: TraceLine[] = [];
    const stream = new EventSource(address);
    const hear = ({ data }: MessageEvent<string>) => {
      const line = lineOf(++number.current, data);
      if (line !== null) fresh.push(line);
    };
    for (const kind of ["packet", "note"]) stream.addEventListener(kind, hear);
    stream.addEventListener("lost", ({ data }: MessageEvent<string>) => {
      hear(
        new MessageEvent("note", {
          data: JSON.stringify({ ...JSON.parse(data), time: new Date().toISOString(), event: "lost" }),
        }),
      );
    });
    const stop = (why: string) => {
      stream.close();
      setEnded(why);
      latest.current.over();
    };
    stream.addEventListener("end", ({ data }: MessageEvent<string>) => {
      const { code, message } = JSON.parse(data);
      stop(code === "over" ? latest.current.t.over : String(message));
    });
    stream.onerror = () => stop(latest.current.t.failed);
    const draw = setInterval(() => {
      if (fresh.length === 0) return;
      const came = fresh;
      fresh = [];
      setLines((before) => [...before, ...came].slice(-MOST_LINES));
    }, 200);
    return () => {
      clearInterval(draw);
      stream.close();
    };
  }, [address]);
  return { lines, ended, clear: () => setLines([]) };
}
