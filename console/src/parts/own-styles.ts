/**
 * Styles of a library that is loaded by few pages: they come with its script, and are no part of the first load. A style sheet that is made by
 * a script is no inline style, which the policy of the pages forbids.
 */
export function ownStyles(css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
