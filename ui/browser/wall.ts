/**
 * The overview on a wall: the browser's full screen from the press that asks for it until the page is left, and a screen
 * that does not go dark meanwhile.
 */
export class WallScreen {
  #lock: WakeLockSentinel | null = null;

  constructor() {
    document.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-full-screen]") === null) return;
      // Where it is not allowed the page still comes, in the window it has.
      document.documentElement.requestFullscreen?.().catch(() => {});
    });
    // A tab that is out of sight loses its hold on the screen.
    document.addEventListener("visibilitychange", () => this.adopt());
  }

  adopt(): void {
    if (document.querySelector("main.wall") !== null) {
      void this.#hold();
      return;
    }
    this.#lock?.release().catch(() => {});
    this.#lock = null;
    // The press that asks for the full screen comes before the page that fills it.
    if (document.fullscreenElement !== null && document.querySelector("[data-full-screen]") !== null)
      document.exitFullscreen().catch(() => {});
  }

  async #hold(): Promise<void> {
    if (document.visibilityState !== "visible" || (this.#lock !== null && !this.#lock.released)) return;
    // Not there without https; then the machine's own settings decide.
    this.#lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
  }
}
