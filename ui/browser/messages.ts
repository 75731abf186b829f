import type { Message, ToastParts, Toasts } from "./toasts.ts";
import { has, whenTouched, whereNeeded } from "./where-needed.ts";

export type Say = (message: Message) => void;

/** Short messages at the edge of the page, read out by screen readers. What shows them is fetched when there is one. */
export function enhanceMessages(parts: ToastParts): Say {
  let loading: Promise<Toasts> | null = null;
  const toasts = () => {
    loading ??= import("./toasts.ts").then((loaded) => new loaded.Toasts(parts));
    return loading;
  };
  whereNeeded(() => loading !== null || has("#toasts > *"), toasts);
  // The line may be down when there is something to tell, and with it the way to what tells it.
  whenTouched(toasts);
  return (message) => {
    toasts().then(
      (all) => all.show(message),
      () => {
        // The line is down, and what shows messages is behind it. The words are not.
        loading = null;
        sayPlainly(message.text);
      },
    );
  };
}

function sayPlainly(text: string): void {
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.textContent = text;
  document.getElementById("toasts")?.replaceChildren(toast);
}
