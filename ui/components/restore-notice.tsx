/** Says that something is out of sight, with the way back. */
export function RestoreNotice(props: { action: string; name: string; text: string; label: string }) {
  return (
    <div class="notice undo" role="status">
      <p>
        <strong>{props.name}</strong> {props.text}
      </p>
      <form method="post" action={props.action}>
        <button class="button" type="submit">
          {props.label}
        </button>
      </form>
    </div>
  );
}
