/** Told of what a document needs and does not get: browsers keep that code did not come, for as long as it lives. */
export const UNFINISHED = "homepot:unfinished";

/**
 * Makes up for what the line broke off: code on its way, or a step in the history that found no page and left the one
 * before under another's address. Gives what is to be called when the line is back: the page is then loaded anew, unless
 * somebody has typed into it.
 */
export function enhanceRenewal(reload: () => void): () => void {
  let isUnfinished = false;
  document.addEventListener(UNFINISHED, () => {
    isUnfinished = true;
  });
  return () => {
    if (isUnfinished && !isTypedInto()) reload();
  };
}

function isTypedInto(): boolean {
  const fields = document.querySelectorAll<HTMLInputElement>("input,textarea");
  return [...fields].some((field) => field.value !== field.defaultValue);
}
