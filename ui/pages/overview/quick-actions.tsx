import { Icon } from "../../components/icon.tsx";
import { Allowed } from "../../layout/allowed.tsx";
import { useWords } from "../../words/use-words.ts";

/** What one comes here to do, for those who may. */
export function QuickActions() {
  const { overview: words } = useWords();
  return (
    <nav class="actions quick" aria-label={words.quick}>
      <Allowed to="site:write">
        <a class="button" href="/sites/new">
          <Icon name="plus" />
          {words.addSite}
        </a>
      </Allowed>
      <Allowed to="gateway:claim">
        <a class="button" href="/gateways/add">
          <Icon name="router" />
          {words.addGateway}
        </a>
      </Allowed>
      <a class="button" href="/?wall" data-full-screen>
        <Icon name="maximize" />
        {words.wall}
      </a>
    </nav>
  );
}
