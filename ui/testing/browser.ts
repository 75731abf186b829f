/**
 * Preloaded before the tests of `ui`: a document without a browser. What it lacks and our code uses is put in as
 * little as the tests need. Apart from the tests of the servers, because it replaces fetch, Request and Response.
 */
import { GlobalRegistrator } from "@happy-dom/global-registrator";

GlobalRegistrator.register({
  url: "http://localhost:4173/",
  width: 1440,
  height: 900,
  settings: { handleDisabledFileLoadingAsSuccess: true },
});
