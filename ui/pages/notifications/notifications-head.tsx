import type { ComponentChildren } from "preact";
import { Icon } from "../../components/icon.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Allowed } from "../../layout/allowed.tsx";
import { useWords } from "../../words/use-words.ts";

const TABS = [
  { key: "inbox", href: "/notifications" },
  { key: "history", href: "/notifications/history" },
  { key: "dead-letters", href: "/notifications/dead-letters" },
  { key: "statistics", href: "/notifications/statistics" },
  { key: "templates", href: "/notifications/templates" },
] as const;
export type NotificationTab = (typeof TABS)[number]["key"];

/** What every page of notifications begins with: what is to be said first, and the ways to the others. */
export function NotificationsHead(props: {
  title: string;
  text?: string;
  tab: NotificationTab;
  actions?: ComponentChildren;
}) {
  const { notifications } = useWords();
  const { title, text, tab, actions } = props;
  return (
    <>
      <PageHead
        title={title}
        {...(text === undefined ? {} : { text })}
        actions={
          <>
            {actions}
            {tab === "templates" ? null : <Create />}
          </>
        }
      />
      <nav class="tabs" aria-label={notifications.title}>
        {TABS.map(({ key, href }) => (
          <a key={key} href={href} aria-current={key === tab ? "page" : undefined}>
            {notifications.tabs[key]}
          </a>
        ))}
      </nav>
    </>
  );
}

export function Create() {
  const { notifications } = useWords();
  return (
    <Allowed to="notification:send">
      <a class="button primary" href="/notifications/new" data-key="c">
        <Icon name="plus" />
        {notifications.create}
      </a>
    </Allowed>
  );
}
