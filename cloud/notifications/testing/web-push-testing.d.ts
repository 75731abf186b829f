/** As much as the tests use of a push service that others wrote. */
declare module "web-push-testing/src/PushApiModel.js" {
  export class PushApiModel {}
}
declare module "web-push-testing/src/server.js" {
  import type { PushApiModel } from "web-push-testing/src/PushApiModel.js";

  class WebPushTestingServer {
    constructor(model: PushApiModel, port: number);
    startServer(): void;
    _server: import("node:http").Server;
  }
  export = WebPushTestingServer;
}
