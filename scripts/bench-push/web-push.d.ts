/** As much of web-push as the benchmark uses; its types are a package of their own. */
declare module "web-push" {
  interface Details {
    endpoint: string;
    headers: Record<string, string | number>;
    body: Buffer;
  }
  export function generateVAPIDKeys(): { publicKey: string; privateKey: string };
  export function generateRequestDetails(subscription: object, payload: string, options: object): Details;
}
