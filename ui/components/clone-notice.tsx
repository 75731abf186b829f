import type { Gateway } from "../../protocol/gateways/gateway.ts";
import { useWords } from "../words/use-words.ts";
import { Mark } from "./mark.tsx";
import { Ago } from "./moment.tsx";

/** That two machines are this gateway, and what to do; nothing when they are not. */
export function CloneNotice({ gateway }: { gateway: Pick<Gateway, "clonedAt" | "revoked"> }) {
  const { gateways } = useWords();
  if (gateway.clonedAt === null || gateway.revoked) return null;
  return (
    <div class="notice warning tone-warning">
      <Mark shape="triangle" />
      <div>
        <p>
          <strong>{gateways.cloned}</strong>
        </p>
        <p>{gateways.clonedAdvice}</p>
        <p>{gateways.clonedSeen(<Ago at={gateway.clonedAt} />)}</p>
      </div>
    </div>
  );
}
