import css from './elements.css?inline';

let shared: CSSStyleSheet | undefined;

/** A constructed sheet, because a CSP without `unsafe-inline` refuses `<style>`. */
export function sheet(): CSSStyleSheet {
  if (!shared) {
    shared = new CSSStyleSheet();
    shared.replaceSync(css);
  }
  return shared;
}
