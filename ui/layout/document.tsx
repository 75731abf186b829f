import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import { MacKeys } from "../components/key-caps.tsx";
import { PageUrl } from "../components/live-region.tsx";
import { Now, ReaderZone } from "../components/moment.tsx";
import { IslandWords, PageWords } from "../words/use-words.ts";
import { Permissions } from "./allowed.tsx";
import type { Frame } from "./frame.ts";
import { Lists } from "./lists.tsx";
import { Shortcuts } from "./shortcuts.tsx";
import { THEME_COLOURS } from "./theme-colours.ts";

/**
 * The whole document as HTML. The theme is in the first tag, so that a page never flashes in the wrong one; there is
 * no inline script or style, so that the strictest content security policy holds.
 */
export function renderDocument(frame: Frame, title: string, children: ComponentChildren): string {
  const { theme, assets, words } = frame;
  const html = renderToString(
    <Now.Provider value={frame.nowMs}>
      <ReaderZone.Provider value={frame.timeZone}>
        <PageWords.Provider value={words}>
          <IslandWords.Provider value={words}>
            <PageUrl.Provider value={frame.url}>
              <Permissions.Provider value={frame.me?.permissions ?? []}>
                <Lists.Provider value={frame.lists}>
                  <Shortcuts.Provider value={frame.shortcuts}>
                    <MacKeys.Provider value={frame.mac}>
                      <html lang={words.language} {...(theme === "system" ? {} : { "data-theme": theme })}>
                        <head>
                          <meta charset="utf-8" />
                          <title>{`${title} · HOMEPOT`}</title>
                          <meta
                            name="viewport"
                            content="width=device-width, initial-scale=1, viewport-fit=cover"
                          />
                          <meta name="description" content={words.frame.description} />
                          <meta name="color-scheme" content="light dark" />
                          {(["light", "dark"] as const).map((scheme) => (
                            <meta
                              key={scheme}
                              name="theme-color"
                              media={`(prefers-color-scheme: ${scheme})`}
                              content={THEME_COLOURS[theme === "system" ? scheme : theme]}
                            />
                          ))}
                          <link rel="stylesheet" href={assets.style} />
                          <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
                          <link rel="apple-touch-icon" href="/assets/icon-apple-180.png" />
                          <link rel="manifest" href="/manifest.webmanifest" />
                          <script type="module" src={assets.script} />
                          <link rel="modulepreload" href={assets.words[words.language]} />
                        </head>
                        <body {...{ "hx-boost:inherited": "true" }} data-after={frame.after ?? undefined}>
                          {children}
                        </body>
                      </html>
                    </MacKeys.Provider>
                  </Shortcuts.Provider>
                </Lists.Provider>
              </Permissions.Provider>
            </PageUrl.Provider>
          </IslandWords.Provider>
        </PageWords.Provider>
      </ReaderZone.Provider>
    </Now.Provider>,
  );
  return `<!doctype html>${html}`;
}
