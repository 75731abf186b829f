/** Says that a device is out of sight, with the way back. */
export function RestoreNotice(props: { id: string; name: string; text: string; label: string }) {
  return (
    <div class="notice undo" role="status">
      <p>
        <strong>{props.name}</strong> {props.text}
      </p>
      <form method="post" action={`/devices/${props.id}/restore`}>
        <button class="button" type="submit">
          {props.label}
        </button>
      </form>
    </div>
  );
}
