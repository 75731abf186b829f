import { Empty } from "../components/empty.tsx";
import { Allowed } from "../layout/allowed.tsx";
import { useWords } from "../words/use-words.ts";

/** In place of what needs a gateway, where there is none: what that means here, and the way to one. */
export function NoGateways(props: { title: string; text: string }) {
  const { gateways } = useWords();
  return (
    <section class="panel">
      <Empty icon="router" {...props}>
        <Allowed to="gateway:claim">
          <a class="button primary" href="/gateways/add">
            {gateways.add}
          </a>
        </Allowed>
      </Empty>
    </section>
  );
}
