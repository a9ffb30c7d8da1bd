/** Test code by the conventions of pytest, unittest, Jest, Vitest, Mocha and Playwright; `path` is relative to the workspace root. */
export const isTestPath = (path: string): boolean =>
  /(^|\/)(tests?|__tests__|test[-_]?utils?|testing|e2e|__mocks__)\/|(^|\/)(test_[^/]*|[^/]*_test|conftest)\.py$|[._-](test|spec|e2e)\.[cm]?[jt]sx?$/.test(
    path,
  );
