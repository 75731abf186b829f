import type { Message, ToastParts, Toasts } from "./toasts.ts";

export type Say = (message: Message) => void;

/** Short messages at the edge of the page, read out by screen readers. What shows them is fetched when there is one. */
export function enhanceMessages(parts: ToastParts): Say {
  let loading: Promise<Toasts> | null = null;
  const toasts = () => {
    loading ??= import("./toasts.ts").then((loaded) => new loaded.Toasts(parts));
    return loading;
  };
  const adopt = () => {
    if (loading === null && document.querySelector("#toasts > *") === null) return;
    toasts().then((all) => all.adopt(), reportError);
  };
  adopt();
  document.addEventListener("htmx:after:swap", adopt);
  // Before a person does anything that may fail because the line is down, and with it the way to what tells them.
  for (const first of ["pointerdown", "keydown"])
    document.addEventListener(first, () => void toasts().catch(reportError), { once: true });
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
