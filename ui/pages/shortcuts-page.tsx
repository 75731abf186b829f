import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import { ShortcutDialog, ShortcutSheet } from "../components/shortcut-sheet.tsx";
import type { LocalView } from "../layout/frame.ts";
import { ShortcutsChoice } from "../layout/shortcuts.tsx";

/** The shortcuts, and the switch for those of a single key. */
export function shortcutsPage(): LocalView {
  return ({ settings, shortcuts }) => ({
    title: shortcuts.title,
    section: "settings",
    crumbs: [{ label: settings.settings, href: "/settings" }, { label: shortcuts.title }],
    body: (
      <>
        <PageHead title={shortcuts.title} text={shortcuts.text} />
        <section class="panel">
          <div class="panel-body">
            <ShortcutSheet />
          </div>
        </section>
        <Panel title={shortcuts.switch}>
          <ShortcutsChoice next="/settings/shortcuts" />
        </Panel>
        <ShortcutDialog />
      </>
    ),
  });
}
