declare module "*.svg" {
  const markup: string;
  // biome-ignore lint/style/noDefaultExport: a text import has no other export.
  export default markup;
}
declare module "*.css";
