import { useContext, useEffect, useState } from "preact/hooks";
import type { Device } from "../../protocol/devices/device.ts";
import { Ago, Now } from "../components/moment.tsx";
import { LiveContext } from "../live/live.ts";
import { useIslandWords } from "../words/use-words.ts";
import { Island } from "./island.tsx";

/** When a device was last heard; moves on with every value that is heard while the page is open. */
export function LastSeen({ id, at }: { id: string; at: string | null }) {
  const { times } = useIslandWords();
  const live = useContext(LiveContext)?.live;
  const renderedMs = useContext(Now);
  const [heardMs, setHeardMs] = useState<number | null>(null);
  useEffect(() => {
    if (live === undefined) return undefined;
    return live.watch(id, ({ readings }) => {
      // Its clock may be ahead: it was not heard later than now.
      const newestMs = Math.min(live.nowMs(), Math.max(...readings.map(([, atMs]) => atMs)));
      setHeardMs((beforeMs) => Math.max(beforeMs ?? 0, newestMs));
    });
  }, [live, id]);
  if (at === null && heardMs === null) return <>{times.never}</>;
  const ofPageMs = at === null ? 0 : Date.parse(at);
  return (
    <Now.Provider value={Math.max(renderedMs, live?.nowMs() ?? 0)}>
      <Ago at={Math.max(ofPageMs, heardMs ?? 0)} />
    </Now.Provider>
  );
}

export function LastSeenIsland({ device }: { device: Device }) {
  return <Island name="device-last-seen" of={LastSeen} props={{ id: device.id, at: device.lastSeenAt }} />;
}
