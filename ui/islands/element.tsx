import { render } from "preact";
import { UNFINISHED } from "../browser/renewal.ts";
import { Now } from "../components/moment.tsx";
import { type Live, LiveContext } from "../live/live.ts";
import type { BrowserWords } from "../words/catalogues.ts";
import { IslandWords } from "../words/use-words.ts";
import { Boundary, Failure } from "./boundary.tsx";
import type { Renderer } from "./loaders.tsx";
import type { IslandName } from "./names.ts";

type Loaders = Record<IslandName, () => Renderer | Promise<Renderer>>;

/**
 * Defines `x-island`. It renders over what the server rendered, again whenever its props change (a morph of the page
 * changes only the attribute), and lets go of everything when it leaves the page.
 */
export function defineIslands(loaders: Loaders, live: Live, words: BrowserWords): void {
  if (customElements.get("x-island") !== undefined) return;

  class IslandElement extends HTMLElement {
    static readonly observedAttributes = ["props"];
    #renderer: Renderer | null = null;

    connectedCallback(): void {
      const name = this.getAttribute("name") as IslandName;
      const found = this.#renderer ?? loaders[name]?.();
      if (found === undefined) return;
      // Never in this very turn: a parser may be about to put in what the server rendered. Each in one of its own, so
      // that a phone is never deaf for as long as all islands of a page take.
      Promise.all([found, nextTurn()])
        .then(([renderer]) => this.#begin(renderer))
        .catch((error) => this.#fail(error));
    }

    disconnectedCallback(): void {
      // An element that is only moved is connected again in the same turn.
      queueMicrotask(() => {
        if (!this.isConnected) render(null, this);
      });
    }

    attributeChangedCallback(): void {
      if (this.#renderer !== null) this.#draw(this.#renderer);
    }

    #begin(renderer: Renderer): void {
      this.#renderer = renderer;
      this.#draw(renderer);
    }

    #draw(renderer: Renderer): void {
      if (!this.isConnected) return;
      const props: unknown = JSON.parse(this.getAttribute("props") ?? "{}");
      render(
        <IslandWords.Provider value={words}>
          <LiveContext.Provider value={{ live, propsMs: Date.now() }}>
            <Now.Provider value={live.nowMs()}>
              <Boundary name={this.getAttribute("name") ?? ""}>{renderer(props)}</Boundary>
            </Now.Provider>
          </LiveContext.Provider>
        </IslandWords.Provider>,
        this,
      );
    }

    /** Its code did not come, or is of a version that is gone. What the server rendered stays, above the words. */
    #fail(error: unknown): void {
      reportError(error);
      document.dispatchEvent(new CustomEvent(UNFINISHED));
      const place = document.createElement("div");
      this.append(place);
      render(
        <IslandWords.Provider value={words}>
          <Failure name={this.getAttribute("name") ?? ""} error={error} />
        </IslandWords.Provider>,
        place,
      );
    }
  }

  customElements.define("x-island", IslandElement);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
