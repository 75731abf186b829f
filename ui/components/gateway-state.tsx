import type { Gateway } from "../../protocol/gateways/gateway.ts";
import { useWords } from "../words/use-words.ts";
import { gatewayState } from "../words/words.ts";
import { State } from "./state.tsx";

export function GatewayState({ gateway }: { gateway: Gateway }) {
  return <State state={gatewayState(useWords(), gateway)} />;
}
