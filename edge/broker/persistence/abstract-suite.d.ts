declare module "aedes-persistence/abstract.js" {
  interface SuiteContext {
    assert: typeof import("node:assert");
    plan(count: number): void;
    diagnostic(text: string): void;
  }
  function abstractSuite(options: {
    testAsync: boolean;
    persistence: () => object;
    test: (name: string, run: (t: SuiteContext) => Promise<void>) => void;
  }): void;
  export = abstractSuite;
}
