// Takes the place of @rc-component/util/es/Dom/dynamicCSS in the built console. A constructed style
// sheet is not an inline style to a content security policy, a <style> element is.

interface Options {
  mark?: string;
}

const sheets = new Map<string, CSSStyleSheet>();

/** Sheets marked so come from antd's CSS-in-JS; the static file holds them already. */
const isStatic = (options?: Options) => options?.mark === 'data-css-hash';

export function updateCSS(css: string, key: string, options?: Options): HTMLStyleElement {
  if (!isStatic(options)) {
    let sheet = sheets.get(key);
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheets.set(key, sheet);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    }
    sheet.replaceSync(css);
  }
  // Callers set attributes on what they get, so they get an element, never attached.
  return document.createElement('style');
}

export function removeCSS(key: string): void {
  const sheet = sheets.get(key);
  if (!sheet) return;
  sheets.delete(key);
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((adopted) => adopted !== sheet);
}

let counter = 0;

export function injectCSS(css: string, options?: Options): HTMLStyleElement {
  counter += 1;
  return updateCSS(css, `injected-${counter}`, options);
}

export function clearContainerCache(): void {}
