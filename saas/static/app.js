// 邻声: what the browser adds to pages that work without it. htmx 4 names its events htmx:<when>:<what>.
(() => {
const d = document, on = (what, does, all) => d.addEventListener(what, does, all), root = d.documentElement, $ = (s, from = d) => from.querySelector(s), $$ = (s, from = d) => [...from.querySelectorAll(s)];
const quiet = f => { try { return f() } catch { return null } };
const store = {get: k => quiet(() => localStorage.getItem(k)), set: (k, v) => quiet(() => v === null ? localStorage.removeItem(k) : localStorage.setItem(k, v))};

// Toasts: success goes after 5 s, errors stay. HX-Trigger: {"toast": "已保存"} or {"toast": {"text", "tone", "undo"}}.
const fade = t => { if (t.matches('.red')) return; const go = () => t.matches(':hover,:focus-within') ? setTimeout(go, 2000) : t.remove(); setTimeout(go, 5000) };
function toast({value, text = value, tone, undo}) {
  const t = d.createElement('div'), words = d.createElement('span'), x = d.createElement('button');
  t.className = 'toast' + (tone === 'red' ? ' red' : ''); if (tone === 'red') t.role = 'alert';
  words.className = 'grow'; words.textContent = text; t.append(words);
  if (undo) { const a = d.createElement('a'); a.href = new URL(undo, location.origin).pathname; a.textContent = '撤销'; t.append(a) }
  x.type = 'button'; x.textContent = '×'; x.dataset.dismiss = ''; x.setAttribute('aria-label', '关闭提示'); t.append(x);
  $('#toasts')?.append(t); fade(t);
}
on('toast', e => toast(e.detail));

// Clicks: theme (a cookie: the server paints it next time), dialogs, toasts, menus.
on('click', e => {
  const hit = s => e.target.closest(s);
  if (hit('[data-theme-toggle]')) {
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme:dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
    d.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax`;
  }
  const opener = hit('[data-open]'); if (opener) { const box = d.getElementById(opener.dataset.open); if (box?.showModal) { e.preventDefault(); box.showModal() } }
  hit('[data-close]')?.closest('dialog').close();
  hit('[data-dismiss]')?.closest('.toast').remove();
  if (hit('[data-print]')) print();
  $$('details.menu[open]').forEach(m => { if (!m.contains(e.target)) m.open = false });
});

// Shortcuts: never while typing or composing; can be off.
const off = () => d.body.dataset.keys === 'off' || store.get('keys') === 'off';
let g = 0;
on('keydown', e => {
  if (e.isComposing) return;
  const el = e.target, typing = el.closest('input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable]');
  if (e.key === 'Escape') { $$('details.menu[open]').forEach(m => { m.open = false; $('summary', m).focus() }); if (location.hash === '#nav' || location.hash === '#find') location.hash = 'main'; return }
  if (off()) return;
  if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
    const f = el.closest('form:not([data-careful])'), b = f && ($('button.pri[type=submit]', f) || $('button[type=submit]', f));
    if (b && !b.disabled) { e.preventDefault(); f.requestSubmit(b) }
    return;
  }
  if (e.ctrlKey || e.metaKey || e.altKey || typing || $('dialog[open]')) return;
  const k = e.key, go = Date.now() - g < 1200 && $(`[data-go="${CSS.escape(k)}"]`), rows = $$('[data-row]'), at = rows.indexOf(d.activeElement);
  g = k === 'g' ? Date.now() : 0;
  if (go) go.click();
  else if (k === '/') { const q = $('#fq') || $('#site-q'); if (q) { e.preventDefault(); q.focus() } }
  else if (k === '?') $('#keys')?.showModal();
  else if (k === 'j' || k === 'k') rows[Math.max(0, Math.min(rows.length - 1, at + (k === 'j' ? 1 : -1)))]?.focus();
  else if (k === 'x') d.activeElement.closest('tr,li')?.querySelector('[data-pick]')?.click();
  else if (k === 'c' || k === 'e') $(`[data-key="${k}"]`)?.click();
});

// Submitting: one press is enough.
const busy = new Map();
function free(form) { busy.get(form)?.forEach(([b, was]) => { b.disabled = false; b.replaceChildren(...was) }); busy.delete(form) }
on('submit', e => {
  const form = e.target;
  if (form.getAttribute('method') !== 'post' || form.matches('[data-download]')) return; // not form.method: a field may be named so
  if (form.matches('[action$="/logout"]')) Object.keys(localStorage).forEach(k => /^draft:/.test(k) && store.set(k, null));
  if (busy.has(form)) return e.preventDefault(), e.stopImmediatePropagation();
  if (!navigator.onLine) { e.preventDefault(); e.stopImmediatePropagation(); return toast({text: '已断网，还没有提交。填写内容存在本机，恢复后再提交。', tone: 'red'}) }
  const buttons = $$('button[type=submit],button:not([type])', form).map(b => [b, [...b.childNodes]]);
  busy.set(form, buttons); sent = keys(form);
  setTimeout(() => buttons.forEach(([b]) => { b.disabled = true; if (b === (e.submitter || buttons[0][0])) b.replaceChildren(b.dataset.busy || '保存中…') }));
}, true);
addEventListener('pageshow', () => [...busy.keys()].forEach(free));
on('htmx:finally:request', e => { const f = e.detail.ctx.request.form; if (f && !e.detail.ctx.hx?.redirect) free(f) });
on('htmx:error', () => { sent = []; toast({text: '没能连上服务，填写内容还在，请稍后再试。', tone: 'red'}) });
on('htmx:response:error', e => { const s = e.detail.ctx.response.status; if (![401, 409, 422].includes(s)) toast({text: s === 403 ? '您没有权限做这一步。' : s === 429 ? '操作太频繁，请稍等一分钟。' : `没能完成这一步（${s}），填写内容还在。`, tone: 'red'}) });

// Focus after a swap: the errors, or the results' heading.
let paged = false;
on('htmx:before:request', e => { paged = !!e.detail.ctx.sourceElement.closest('.pages') });
on('htmx:after:swap', e => {
  const s = e.detail.ctx.response?.status;
  if (s === 422 || s === 409) $('.errsum')?.focus(); else if (s < 400) { forget(); if (paged) $('[data-results]')?.focus() }
  paged = false; wake();
});

// Drafts: textarea data-draft="key", per person, three days, dropped once taken, all of them on leaving.
const name = t => `draft:${d.body.dataset.me || ''}:${t.dataset.draft}`, keys = form => $$('[data-draft]', form).map(name);
let sent = [], later;
function forget() { sent.forEach(k => store.set(k, null)); sent = [] }
addEventListener('pagehide', () => quiet(() => sessionStorage.setItem('sent', JSON.stringify(sent))));
on('input', e => { const t = e.target; if (t.matches('[data-draft]')) { clearTimeout(later); later = setTimeout(() => store.set(name(t), t.value ? JSON.stringify([Date.now(), t.value]) : null), 400) } });
function wake() {
  $$('[data-draft]:not([data-woken])').forEach(t => {
    t.dataset.woken = '';
    const kept = quiet(() => JSON.parse(store.get(name(t))));
    if (!kept || t.value || Date.now() - kept[0] > 2592e5) return;
    const p = d.createElement('p'), b = d.createElement('button');
    t.value = kept[1]; p.className = 'hint'; p.role = 'status'; p.textContent = `已恢复 ${new Date(kept[0]).toLocaleString('zh-CN', {dateStyle: 'short', timeStyle: 'short'})} 没有提交的内容 `;
    b.type = 'button'; b.className = 'btn sm'; b.textContent = '清空'; b.onclick = () => { t.value = ''; store.set(name(t), null); p.remove(); t.focus() };
    p.append(b); t.after(p);
  });
}

on('change', e => {
  const t = e.target;
  if (t.matches('[data-pick-all]')) $$('[data-pick]').forEach(p => { p.checked = t.checked });
  if (t.matches('[data-pick],[data-pick-all]')) $$('.bulk output').forEach(o => { o.textContent = $$('[data-pick]:checked').length });
  if (t.matches('.drop [type=file]')) $('.files', t.parentNode).textContent = [...t.files].map(f => f.name).join('、');
  if (t.matches('[data-keys-switch]')) store.set('keys', t.checked ? null : 'off');
});

const strip = () => { const s = $('#offline'); if (s) s.hidden = navigator.onLine };
addEventListener('online', strip); addEventListener('offline', strip);

sent = quiet(() => JSON.parse(sessionStorage.getItem('sent'))) || []; $('.toast:not(.red)') ? forget() : sent = [];
const box = $('[data-keys-switch]'); if (box) box.checked = !off();
$('.errsum')?.focus(); $$('.toast').forEach(fade); strip(); wake();
})();
