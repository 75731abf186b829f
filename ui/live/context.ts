import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { DeviceState } from "../words/words.ts";
import { useChanging } from "./changing.ts";
import type { Connection } from "./connection.ts";
import type { Live } from "./live.ts";

/** What an island lives in. Null on the server, where there is nothing live and the props are the newest there is. */
export const LiveContext = createContext<{ live: Live; propsMs: number } | null>(null);

/** The newest known states of devices: what was heard of each since the page's own came, else the page's own. */
export function useDeviceStates<State extends DeviceState & { id: string }>(
  ofPage: readonly State[],
): DeviceState[] {
  const context = useContext(LiveContext);
  const heard = ofPage.map(({ id }) => context?.live.device(id));
  useChanging(heard.filter((one) => one !== undefined));
  return ofPage.map((state, index) => {
    const newest = heard[index]?.value;
    return newest !== undefined && context !== null && newest.heardMs >= context.propsMs ? newest : state;
  });
}

export function useDeviceState<State extends DeviceState & { id: string }>(ofPage: State): DeviceState {
  return useDeviceStates([ofPage])[0] ?? ofPage;
}

/** How often something may have been missed. */
export function useMissed(): number {
  const live = useContext(LiveContext)?.live;
  useChanging(live === undefined ? [] : [live.missed]);
  return live?.missed.value ?? 0;
}

/** The connection as it is; null on the server, which has none. */
export function useConnection(): Connection | null {
  const live = useContext(LiveContext)?.live;
  useChanging(live === undefined ? [] : [live.connection]);
  return live?.connection.value ?? null;
}
