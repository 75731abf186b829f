import { Icon } from "../components/icon.tsx";
import { KeyCaps } from "../components/key-caps.tsx";
import { Toasts } from "../components/toasts.tsx";
import { ConnectionIsland } from "../islands/connection.tsx";
import { InboxCountIsland } from "../islands/inbox-count.tsx";
import { useWords } from "../words/use-words.ts";
import { AccountMenu } from "./account-menu.tsx";
import { Brand, BrandMark } from "./brand.tsx";
import { renderDocument } from "./document.tsx";
import type { Frame, LocalView, View } from "./frame.ts";
import { LanguageChoice } from "./language-choice.tsx";
import { BottomBar, Rail } from "./navigation.tsx";
import { useMayOpen } from "./page-link.tsx";

/** A page in its frame as HTML: with navigation for who is logged in, without for who is not. */
export function renderPage(frame: Frame, page: LocalView): string {
  const { me, words } = frame;
  const view = page(words);
  if (me === null) return renderDocument(frame, view.title, <Entrance url={frame.url}>{view.body}</Entrance>);
  if (view.onWall === true) return renderDocument(frame, view.title, <OnWall {...frame}>{view.body}</OnWall>);
  return renderDocument(
    frame,
    view.title,
    <>
      <a class="skip" href="#content">
        {words.frame.skip}
      </a>
      <div class="progress" aria-hidden="true" />
      <div class="frame" data-person={me.user.id} data-keys={frame.shortcuts ? "on" : "off"}>
        <Rail section={view.section} me={me} />
        <div class="stage">
          <header class="bar">
            <a class="bar-brand" href="/" aria-label={words.frame.home}>
              <BrandMark />
            </a>
            <Crumbs crumbs={view.crumbs} />
            <a
              class="bar-search"
              href="/search"
              hx-boost="false"
              data-palette=""
              aria-keyshortcuts="Control+K Meta+K"
            >
              <Icon name="search" />
              <span>{words.search.open}</span>
              <KeyCaps keys="mod+K" />
            </a>
            {frame.unread === null ? null : (
              <a class="icon-button bar-inbox" href="/notifications" title={words.notifications.inbox.link}>
                <Icon name="bell" large />
                <span class="hidden-visually">{words.notifications.inbox.link}</span>
                <InboxCountIsland unread={frame.unread} />
              </a>
            )}
            <ConnectionIsland />
          </header>
          <Toasts notice={frame.notice} />
          {view.markup === undefined ? (
            <main class="content" id="content" tabIndex={-1}>
              {view.body}
            </main>
          ) : (
            <main
              class="content"
              id="content"
              tabIndex={-1}
              dangerouslySetInnerHTML={{ __html: view.markup }}
            />
          )}
        </div>
      </div>
      <BottomBar section={view.section} />
      <AccountMenu me={me} theme={frame.theme} url={frame.url} />
    </>,
  );
}

function OnWall({ notice, children }: Pick<Frame, "notice"> & { children: View["body"] }) {
  const { overview } = useWords();
  return (
    <main class="wall" id="content" tabIndex={-1}>
      <Toasts notice={notice} />
      {children}
      <footer class="wall-foot">
        <ConnectionIsland />
        <a class="button quiet" href="/">
          <Icon name="x" />
          {overview.leaveWall}
        </a>
      </footer>
    </main>
  );
}

function Crumbs({ crumbs }: { crumbs: View["crumbs"] }) {
  const mayOpen = useMayOpen();
  return (
    <nav class="crumbs" aria-label={useWords().frame.crumbs}>
      <ol>
        {crumbs.map((crumb, index) => (
          <li key={crumb.label}>
            {index > 0 ? <Icon name="chevron-right" /> : null}
            {crumb.href === undefined || index === crumbs.length - 1 ? (
              <span aria-current="page">{crumb.label}</span>
            ) : mayOpen(crumb.href) ? (
              <a href={crumb.href}>{crumb.label}</a>
            ) : (
              <span>{crumb.label}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Entrance({ url, children }: { url: string; children: View["body"] }) {
  const words = useWords();
  return (
    <main class="entrance" id="content">
      <Toasts notice={null} />
      <div class="entrance-box">
        <Brand />
        {children}
      </div>
      <footer>
        <p>{words.frame.tagline}</p>
        <LanguageChoice next={url} />
      </footer>
    </main>
  );
}
