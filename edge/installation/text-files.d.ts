declare module "*.service" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: a text import has no other export.
  export default text;
}
declare module "*.toml" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: a text import has no other export.
  export default text;
}
declare module "*.conf" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: a text import has no other export.
  export default text;
}
declare module "*.sysusers" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: a text import has no other export.
  export default text;
}
declare module "*.tmpfiles" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: a text import has no other export.
  export default text;
}
declare module "*.sh" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: a text import has no other export.
  export default text;
}
