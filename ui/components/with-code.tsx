/** A text in which what a person types stands between backticks, as in the catalogue of errors. */
export function WithCode({ text }: { text: string }) {
  // No part has an identity of its own.
  return (
    <>{text.split("`").map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>
  );
}
