/** The pages' style sheet. It loads nothing, follows the reader's light or dark scheme, and is allowed by its hash. */
import { brandColors } from './color';

/** Text, quiet text, warning text and edges against the background each stands on: WCAG AA, checked by a test. */
export const PALETTE = {
  light: {
    page: '#f3f4f6',
    card: '#ffffff',
    text: '#1b1f24',
    quiet: '#4d5561',
    edge: '#767f8c',
    focus: '#0b57d0',
    warn: '#fff4d6',
    warnEdge: '#9a6700',
  },
  dark: {
    page: '#101317',
    card: '#191d23',
    text: '#eceff3',
    quiet: '#b0b8c3',
    edge: '#838d9b',
    focus: '#8ab4f8',
    warn: '#33290f',
    warnEdge: '#d9a520',
  },
} as const;

const variables = (palette: Readonly<Record<string, string>>): string =>
  Object.entries(palette)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');

const RULES = `
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
header{background:var(--brand);color:var(--on-brand);border-bottom:1px solid var(--edge)}
header p,main,footer{max-width:36rem;margin:0 auto;padding:0 1.25rem}
header p{padding-top:.875rem;padding-bottom:.875rem;font-weight:600}
main{padding-top:1.5rem;padding-bottom:1.75rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1.25rem;text-wrap:balance}
h2{font-size:1rem;line-height:1.4;margin:0 0 .5rem}
p{margin:0 0 .75rem}
dl,.allows,.warning{margin:0 0 1.25rem;border-radius:.5rem;padding:1rem 1.125rem}
dl,.allows{background:var(--card);border:1px solid var(--edge)}
dt{color:var(--quiet);font-size:.875rem}
dd{margin:0 0 .75rem}
dd:last-child{margin-bottom:0}
dd strong{display:block}
.note{color:var(--quiet);font-size:.875rem}
.warning{background:var(--warn);border:1px solid var(--warnEdge);border-inline-start-width:.375rem}
.warning p:last-child{margin-bottom:0}
ul{margin:0;padding-inline-start:1.25rem}
li+li{margin-top:.375rem}
form{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.25rem 0 0}
button{flex:1 1 10rem;min-height:2.875rem;padding:.5rem 1rem;border:2px solid var(--edge);border-radius:.5rem;background:var(--card);color:var(--text);font:inherit;font-weight:600;cursor:pointer}
button.approve{background:var(--brand);color:var(--on-brand)}
button:hover{border-color:var(--text)}
a{color:inherit;display:inline-block;padding:.625rem 0;min-height:2.75rem}
:focus-visible{outline:3px solid var(--focus);outline-offset:3px}
footer{padding-bottom:2rem;color:var(--quiet);font-size:.875rem}
code{font-family:ui-monospace,Menlo,Consolas,monospace;user-select:all}
`.replaceAll('\n', '');

/** The whole content of the pages' one `<style>` element. */
export function styleSheet(color: string | undefined): string {
  const brand = brandColors(color);
  return (
    `:root{${variables(PALETTE.light)};--brand:${brand.background};--on-brand:${brand.text}}` +
    `@media(prefers-color-scheme:dark){:root{${variables(PALETTE.dark)}}}${RULES}`
  );
}
