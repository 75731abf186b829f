import { useWords } from "../words/use-words.ts";

/**
 * What leads to the list that is shown as a file. `href`: with the list's filters and order. Simulated devices are in it where the
 * filters ask for them; else, when some are `among` the rows, they are offered apart.
 */
export function ExportLine({ href, among }: { href: string; among: boolean }) {
  const { imports } = useWords();
  const withThem = `${href}${href.includes("?") ? "&" : "?"}provenance=all`;
  return (
    <p class="list-foot">
      <a class="link" href={href} hx-boost="false" download>
        {imports.exportList}
      </a>
      {among ? (
        <>
          {" · "}
          <a class="link" href={withThem} hx-boost="false" download>
            {imports.exportListWith}
          </a>
        </>
      ) : null}
    </p>
  );
}
