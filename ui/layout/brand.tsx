/** The mark: a hexagonal pot with three devices in it, one of them lit. */
export function BrandMark() {
  return (
    <svg viewBox="0 0 24 24" fill="none" aria-hidden="true">
      <path
        d="M12 2.2 20.5 7v10L12 21.8 3.5 17V7z"
        stroke="currentColor"
        stroke-width="1.8"
        stroke-linejoin="round"
      />
      <circle cx="12" cy="8.6" r="1.9" fill="currentColor" />
      <circle cx="8.6" cy="14.2" r="1.5" stroke="currentColor" stroke-width="1.5" />
      <circle cx="15.4" cy="14.2" r="1.5" stroke="currentColor" stroke-width="1.5" />
    </svg>
  );
}

export function Brand() {
  return (
    <a class="brand" href="/">
      <BrandMark />
      <span>HOMEPOT</span>
    </a>
  );
}
