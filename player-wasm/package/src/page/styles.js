// The look, as a constructed style sheet: a page's policy on inline styles does not touch it. The card is the desktop
// player's; sizes follow the element (container units), colours can be set by the custom properties.
const CSS = `
:host {
  --understudy-accent: #5ca0ff;
  display: block; position: relative; overflow: hidden; width: 100%; aspect-ratio: 16 / 9; min-width: 0;
  background: #090b10; color: #f4f6fa; container-type: size; contain-intrinsic-size: 640px 360px; outline: none; user-select: none; -webkit-user-select: none;
  font: 400 16px/1.35 system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif; color-scheme: dark;
}
:host([hidden]) { display: none; }
:host(:focus-visible) { box-shadow: 0 0 0 3px var(--understudy-accent); }
canvas { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; }
[hidden] { display: none !important; }
.through { display: contents; }

.card {
  --unit: max(8px, min(5.5cqh, 3.8cqw)); --card-accent: #969ead;
  position: absolute; inset: 0; display: flex; flex-direction: column; align-items: center; justify-content: center;
  gap: calc(var(--unit) * .55); padding: 6cqh 10cqw 14cqh; box-sizing: border-box; text-align: center; isolation: isolate;
  background: linear-gradient(#181c26, #090b10); animation: appear .25s ease-out;
}
.card.posted { justify-content: flex-end; }
.card[data-kind=joining] { --card-accent: #5ca0ff; }
.card[data-kind=pre_live], .card[data-kind=offline] { --card-accent: #ffbe5c; }
.card[data-kind=error] { --card-accent: #ff6b6b; }
.poster { position: absolute; inset: 0; z-index: -2; width: 100%; height: 100%; object-fit: cover; }
.shade { position: absolute; inset: 0; z-index: -1; background: linear-gradient(#090b1046, #090b1046 25%, #090b10f2 85%); }
.label { color: var(--card-accent); font-weight: 700; font-size: calc(var(--unit) * .58); letter-spacing: .16em; }
.announcement {
  max-width: 80cqw; margin: 0; font-weight: 700; font-size: calc(var(--unit) * 1.2); line-height: 1.2; text-wrap: balance;
  overflow-wrap: anywhere; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4; overflow: hidden;
}
.detail {
  max-width: 76cqw; margin: 0; color: #969ead; font-size: calc(var(--unit) * .72); overflow-wrap: anywhere; text-wrap: balance;
  display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden;
}
.channel { position: absolute; inset: auto 10cqw 5.5cqh; color: #8b93a5; font-size: calc(var(--unit) * .55); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.with-controls .channel { display: none; }
.dots { display: flex; align-items: center; gap: calc(var(--unit) * .3); height: calc(var(--unit) * .4); margin-top: calc(var(--unit) * .2); }
.dots i { width: calc(var(--unit) * .26); aspect-ratio: 1; border-radius: 50%; background: var(--card-accent); animation: dot .75s infinite; opacity: .3; }
.dots i:nth-child(2) { animation-delay: .25s; } .dots i:nth-child(3) { animation-delay: .5s; }

button { all: unset; box-sizing: border-box; cursor: pointer; border-radius: 8px; -webkit-tap-highlight-color: transparent; }
button:focus-visible, input:focus-visible { outline: 2px solid var(--understudy-accent); outline-offset: 2px; }
svg { display: block; width: 24px; height: 24px; fill: currentColor; }
.big { display: grid; place-items: center; width: clamp(48px, 16cqh, 84px); aspect-ratio: 1; border-radius: 50%; background: #f4f6fa; color: #10141d; transition: transform .15s; position: absolute; inset: 0; margin: auto; }
.big:hover { transform: scale(1.06); } .big svg { width: 46%; height: 46%; }

.notice {
  position: absolute; top: clamp(8px, 3cqh, 20px); left: 50%; transform: translateX(-50%); max-width: 90%; padding: 7px 14px; display: flex; gap: 8px; align-items: center;
  border-radius: 999px; background: #0a0c12d9; color: #f4f6fa; font-size: clamp(12px, 3.2cqh, 16px); font-weight: 600; white-space: nowrap;
}
.notice svg { width: 18px; height: 18px; }
.notice.warning { color: #ffbe5c; }
.spinner { position: absolute; inset: 0; margin: auto; width: clamp(28px, 9cqh, 54px); aspect-ratio: 1; border-radius: 50%; border: 3px solid #ffffff38; border-top-color: #fff; box-sizing: border-box; animation: turn .9s linear infinite; }

.controls {
  position: absolute; inset: auto 0 0; display: flex; align-items: center; gap: 6px; padding: 28px 10px 8px;
  background: linear-gradient(#0000, #05070cd9); font-size: 14px; transition: opacity .25s; white-space: nowrap;
}
.idle .controls { opacity: 0; } .idle { cursor: none; }
.controls:focus-within { opacity: 1 !important; }
.controls button { padding: 6px; flex: none; } .controls button:hover { background: #ffffff1f; }
.controls input { width: 84px; min-width: 0; height: 20px; margin: 0 4px 0 0; accent-color: #f4f6fa; cursor: pointer; }
.controls .live { display: flex; align-items: center; gap: 7px; padding: 5px 9px; font-weight: 700; font-size: 12px; letter-spacing: .08em; color: #b7bdc9; }
.live::before { content: ''; width: 8px; height: 8px; border-radius: 50%; background: #8b93a5; }
.live.at-edge { color: #fff; cursor: default; } .live.at-edge::before { background: #ff4d4d; box-shadow: 0 0 8px #ff4d4d; }
.name { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; color: #c9cfda; padding-left: 2px; }
/* Above the controls, not over them. */
.controls:not([hidden]) ~ .stats { max-height: calc(100% - 68px); }
@container (max-width: 380px) { .controls input { display: none; } }

.stats {
  position: absolute; top: 8px; left: 8px; max-width: calc(100% - 16px); max-height: calc(100% - 16px); overflow: auto; z-index: 1; box-sizing: border-box; padding: 10px 14px;
  background: #0a0c12ed; border-radius: 10px; font: 12px/1.45 ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; user-select: text; -webkit-user-select: text;
}
.stats h2 { margin: 6px 0 2px; font: 700 11px system-ui, sans-serif; letter-spacing: .12em; color: #5ca0ff; } .stats h2:first-child { margin-top: 0; }
.stats dl { display: grid; grid-template-columns: auto 1fr; gap: 0 14px; margin: 0; } .stats dt { color: #8a94a6; } .stats dd { margin: 0; }
.stats ol { margin: 0; padding: 0; list-style: none; white-space: pre; overflow: hidden; text-overflow: ellipsis; }
.stats ol li { overflow: hidden; text-overflow: ellipsis; }
[data-state=active] { color: #6cd984; } [data-state=hot] { color: #ffbe5c; } [data-state=warm] { color: #f0dc8c; }
[data-state=cold] { color: #8a94a6; } [data-state=unhealthy] { color: #ff6b6b; } [data-state=disabled] { color: #5a606c; }

@keyframes appear { from { opacity: 0; } } @keyframes turn { to { transform: rotate(1turn); } } @keyframes dot { 0%, 33% { opacity: 1; } 34%, 100% { opacity: .3; } }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
`;

/** @type {CSSStyleSheet | undefined} one for all players of the page */
let sheet;

/** @param {ShadowRoot} root */
export function adoptStyles(root) {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  root.adoptedStyleSheets = [sheet];
}
