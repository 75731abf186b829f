/** The live connection, and what scripts say when something happened in the browser. */
export function live() {
  return {
    connecting: "Connecting",
    connectingTitle: "Connecting to the cloud",
    live: "Live",
    liveTitle: "What you see is as it happens",
    reconnecting: "Reconnecting",
    reconnectingTitle: "The live connection broke; trying again",
    polling: "Polling",
    pollingTitle: "No live connection can be opened; the page asks for news every few seconds",
    offline: "Offline",
    offlineTitle: "The cloud cannot be reached",
    ended: "Logged out",
    endedTitle: "Your session has ended",
    since: (time: string) => ` since ${time}`,
    logIn: "Log in",
    copy: (what: string) => `Copy ${what}`,
    copyShort: "Copy",
    cloudBack: "The cloud is back.",
    unread: "unread",
    trying: "Trying…",
  };
}

export type LiveWords = ReturnType<typeof live>;
