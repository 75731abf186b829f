import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { DeviceState } from "../words/words.ts";
import type { Live } from "./live.ts";

/** What an island lives in. Null on the server, where there is nothing live and the props are the newest there is. */
export const LiveContext = createContext<{ live: Live; propsMs: number } | null>(null);

/** The newest known state of a device: what was heard since the page's own came, else the page's own. */
export function useDeviceState<State extends DeviceState>(id: string, ofPage: State): DeviceState {
  const context = useContext(LiveContext);
  if (context === null) return ofPage;
  const heard = context.live.device(id).value;
  return heard !== undefined && heard.heardMs >= context.propsMs ? heard : ofPage;
}
