import { expect, test } from "bun:test";
import { renderToString } from "preact-render-to-string";
import { ICONS, type IconName } from "../icons/icons.ts";
import { Drawing } from "./drawing.tsx";
import { Icon } from "./icon.tsx";
import { RowDeeds } from "./row-deeds.tsx";

test("an icon is on the server what islands draw of it in the browser", () => {
  for (const name of Object.keys(ICONS) as IconName[]) {
    for (const large of [false, true]) {
      const drawn = renderToString(<Drawing markup={ICONS[name]} large={large} />);
      expect(renderToString(<Icon name={name} large={large} />)).toBe(drawn);
    }
  }
});

test("what can be done with a row has the row's name in it, whatever that is", () => {
  const [href, label] = ["/devices/1?a&b", `Edit "<Till> & bar"`];
  const html = renderToString(<RowDeeds actions={[{ href, label, icon: "pencil", rowKey: "e" }]} />);
  expect(html).toBe(
    renderToString(
      <span class="row-deeds above">
        <a class="icon-button" href={href} title={label} aria-label={label} data-row-key="e">
          <Icon name="pencil" />
        </a>
      </span>,
    ),
  );
  expect(html).not.toContain("<Till>");
});
