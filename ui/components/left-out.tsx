/** What a report does not tell of, said beside it, with the way to have it. */
export function LeftOut(props: { text: string; action: string; href: string; download?: boolean }) {
  const { text, action, href, download = false } = props;
  return (
    <p class="muted">
      {text}{" "}
      <a class="link" href={href} {...(download ? { "hx-boost": "false", download: true } : {})}>
        {action}
      </a>
    </p>
  );
}
