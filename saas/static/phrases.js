// 标准用语: Ctrl+/ in a text opens the picker, arrows choose, Enter puts it in. Without script the link leads to the list.
(() => {
const d = document, link = () => d.querySelector('[data-phrases]');
let box, into, from, to, at = 0, later;

function build() {
  box = d.createElement('dialog'); box.setAttribute('aria-label', '标准用语');
  const q = d.createElement('input'), list = d.createElement('ul'), pad = d.createElement('div');
  pad.className = 'pad stack gap-s'; list.className = 'stack gap-s'; list.id = 'phrases';
  q.type = 'search'; q.placeholder = '标题、拼音首字母或内容'; q.autocomplete = 'off';
  for (const [k, v] of [['aria-label', '查找服务资料'], ['role', 'combobox'], ['aria-expanded', 'true'], ['aria-controls', 'phrases']]) q.setAttribute(k, v);
  list.setAttribute('role', 'listbox'); list.setAttribute('aria-label', '服务资料');
  pad.append(q, list); box.append(pad); d.body.append(box);
  q.addEventListener('input', () => { clearTimeout(later); later = setTimeout(load, 150) });
  q.addEventListener('keydown', e => {
    if (e.isComposing) return;
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') { e.preventDefault(); mark(at + (e.key === 'ArrowDown' ? 1 : -1)) }
    if (e.key === 'Enter') { e.preventDefault(); put(options()[at]) }
    if (e.key === 'Escape') { e.preventDefault(); box.close(); into.focus() } // a search field would only empty itself
  });
  list.addEventListener('click', e => put(e.target.closest('[role=option]')));
}
const options = () => [...box.querySelectorAll('[role=option]')];
function mark(n) {
  const all = options(); at = Math.max(0, Math.min(all.length - 1, n));
  all.forEach((o, i) => { o.setAttribute('aria-selected', i === at); o.className = i === at ? 'note' : 'bubble' });
  box.querySelector('input').setAttribute('aria-activedescendant', all[at]?.id || ''); all[at]?.scrollIntoView({block: 'nearest'});
}
async function load() {
  const q = box.querySelector('input').value, list = box.querySelector('ul');
  try {
    const answer = await fetch(`${link().dataset.phrases}?q=${encodeURIComponent(q)}`, {headers: {'HX-Request': 'true', 'HX-Request-Type': 'partial'}});
    if (answer.ok && q === box.querySelector('input').value) { list.innerHTML = await answer.text(); mark(0) }
  } catch { list.textContent = '没有网络，暂时查不到服务资料。' }
}
function open(text) { if (!box) build(); into = text; from = text.selectionStart; to = text.selectionEnd; box.querySelector('input').value = ''; box.showModal(); load() }
function put(option) {
  if (!option || !into) return;
  box.close(); into.focus(); into.setRangeText(option.dataset.text, from, to, 'end');
  into.dispatchEvent(new Event('input', {bubbles: true}));
}
d.addEventListener('keydown', e => {
  if (e.key === '/' && (e.ctrlKey || e.metaKey) && e.target.matches('textarea') && link()) { e.preventDefault(); open(e.target) }
});
d.addEventListener('focusin', e => { if (e.target.matches('textarea')) into = e.target });
d.addEventListener('click', e => {
  const a = e.target.closest('[data-phrases]'), text = into?.isConnected ? into : a?.closest('form')?.querySelector('textarea');
  if (a && text) { e.preventDefault(); open(text) }
});
})();
