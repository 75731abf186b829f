import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import { Now } from "../../components/moment.tsx";
import { BrandMark } from "../../layout/brand.tsx";
import { THEME_COLOURS } from "../../layout/theme-colours.ts";
import type { Words } from "../../words/catalogues.ts";
import { IslandWords, PageWords } from "../../words/use-words.ts";

export interface LocalPage {
  words: Words;
  nowMs: number;
  title: string;
  children: ComponentChildren;
}

/** A page of the gateway itself as a document: no script, one style sheet, nothing from anywhere else. */
export function renderLocalDocument({ words, nowMs, title, children }: LocalPage): string {
  const html = renderToString(
    <Now.Provider value={nowMs}>
      <PageWords.Provider value={words}>
        <IslandWords.Provider value={words}>
          <html lang={words.language}>
            <head>
              <meta charset="utf-8" />
              <title>{`${title} · HOMEPOT`}</title>
              <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
              <meta name="description" content={words.localStatus.description} />
              <meta name="color-scheme" content="light dark" />
              {(["light", "dark"] as const).map((scheme) => (
                <meta
                  key={scheme}
                  name="theme-color"
                  media={`(prefers-color-scheme: ${scheme})`}
                  content={THEME_COLOURS[scheme]}
                />
              ))}
              <link rel="stylesheet" href="/style.css" />
              <link rel="icon" href="/icon.svg" type="image/svg+xml" />
            </head>
            <body>
              <header class="local-head">
                <span class="local-brand">
                  <BrandMark />
                  HOMEPOT
                </span>
              </header>
              <main class="local">{children}</main>
            </body>
          </html>
        </IslandWords.Provider>
      </PageWords.Provider>
    </Now.Provider>,
  );
  return `<!doctype html>${html}`;
}
