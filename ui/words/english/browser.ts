/**
 * What the scripts of a page say. The page carries it, so that no script has a language of its own; what a message is
 * given stands as a name in braces, since functions cannot be carried.
 */
export function browser() {
  return {
    close: "Close this message",
    copied: "Copied",
    notCopied: "The browser did not let us copy. Select the text and copy it by hand.",
    again: "Try again",
    noAnswer: "No answer from the cloud.",
    stillHere: "What you typed is still here.",
    away: "The cloud cannot be reached just now.",
    /** `{seconds}` */
    busy: "That was a lot at once. Try again in {seconds} s.",
    notShown: "This part could not be shown.",
    notLoaded: "This part did not load. It is tried again by itself.",
    reload: "Reload",
    copyDetails: "Copy details",
    draftRestored: "Draft restored: this is what you typed before.",
    discardDraft: "Discard it",
  };
}

export type BrowserWords = ReturnType<typeof browser>;
