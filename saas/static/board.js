// The heat map by keyboard: one stop of the Tab key, arrows move, Home and End go to the ends of a row. Without this file
// every cell is a link like any other, and a second file of one page leads back to the page.
(() => {
const d = document, maps = () => [...d.querySelectorAll('[data-heat]')];
const rows = map => [...map.querySelectorAll('tbody tr')].map(r => [...r.querySelectorAll('td a')]).filter(r => r.length);
const stop = (map, cell) => { map.querySelectorAll('td a').forEach(a => { a.tabIndex = a === cell ? 0 : -1 }) };
// Where a cell is: its left edge, in pixels; cells may be broader than a column.
const left = a => a.getBoundingClientRect().left;
const near = (row, a) => row.reduce((best, b) => Math.abs(left(b) - left(a)) < Math.abs(left(best) - left(a)) ? b : best);

function wake() { maps().forEach(map => { const all = rows(map); if (all.length && !map.querySelector('td a[tabindex="0"]')) stop(map, all[0][0]) }) }

d.addEventListener('keydown', e => {
  const cell = e.target.closest?.('[data-heat] td a'), map = cell?.closest('[data-heat]');
  if (!cell || e.altKey || e.metaKey) return;
  const all = rows(map), y = all.findIndex(r => r.includes(cell)), row = all[y], x = row.indexOf(cell), last = row.length - 1;
  const to = {
    ArrowRight: () => row[Math.min(x + 1, last)], ArrowLeft: () => row[Math.max(x - 1, 0)],
    ArrowDown: () => all[y + 1] && near(all[y + 1], cell), ArrowUp: () => all[y - 1] && near(all[y - 1], cell),
    Home: () => e.ctrlKey ? all[0][0] : row[0], End: () => e.ctrlKey ? all.at(-1).at(-1) : row[last],
  }[e.key]?.();
  if (to === undefined && !/^(Arrow|Home$|End$)/.test(e.key)) return;
  e.preventDefault();
  if (to) { stop(map, to); to.focus() }
});
d.addEventListener('focusin', e => { const cell = e.target.closest?.('[data-heat] td a'); if (cell) stop(cell.closest('[data-heat]'), cell) });

// The cell whose evidence is shown beside the map.
d.addEventListener('htmx:before:request', e => {
  const cell = e.detail.ctx.sourceElement.closest?.('[data-heat] td a');
  if (cell) { d.querySelectorAll('[data-heat] a[aria-current]').forEach(a => a.removeAttribute('aria-current')); cell.setAttribute('aria-current', 'true') }
});
d.addEventListener('htmx:after:swap', () => {
  const shown = d.querySelector('#evidence #cell h3'), said = d.querySelector('#said'), box = d.querySelector('#evidence');
  if (shown && said && said.textContent !== shown.textContent) {
    said.textContent = `${d.querySelector('#evidence h2').textContent}，${shown.textContent}：证据已显示在旁边`;
    if (box.getBoundingClientRect().top > innerHeight) box.scrollIntoView({block: 'start'});
  }
  wake();
});

// The page stays when its file has come: the next one needs a key of its own.
d.addEventListener('submit', e => {
  const key = e.target.matches('[data-download]') && e.target.elements.key;
  if (key) setTimeout(() => { key.value = [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('') });
});
wake();
})();
