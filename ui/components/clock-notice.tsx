import type { Gateway } from "../../protocol/gateways/gateway.ts";
import { useWords } from "../words/use-words.ts";
import { skewWords } from "../words/words.ts";
import { Mark } from "./mark.tsx";

/** That a gateway's clock is off, by how much, and what to do; nothing while it is right. */
export function ClockNotice({ gateway }: { gateway: Pick<Gateway, "clockSkewMs"> }) {
  const words = useWords();
  const skew = skewWords(words, gateway.clockSkewMs);
  if (skew === null) return null;
  return (
    <div class="notice warning tone-warning">
      <Mark shape="half" />
      <div>
        <p>{skew}</p>
        <p>{words.gateways.clockAdvice}</p>
      </div>
    </div>
  );
}
