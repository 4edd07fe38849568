// 接待登记: what is typed survives a lost connection with the key of its form, so it is sent once; gone once it was taken.
(() => {
const d = document, $ = s => d.querySelector(s), name = `draft:${d.body.dataset.me}:${location.pathname}`;
const quiet = f => { try { return f() } catch { return null } };
const load = () => quiet(() => JSON.parse(localStorage.getItem(name))), wipe = () => quiet(() => localStorage.removeItem(name));
const fields = ['key', 'q', 'who', 'summary', 'request_kind', 'answer', 'channel', 'category', 'room', 'reporter', 'phone'];
const form = () => $('#desk_form'), say = words => { const p = $('#kept'); if (p) { p.textContent = words; p.hidden = !words } };
let waiting = false, gone = false, later;

function keep() {
  if (gone) return;
  const all = new FormData(form()), kept = Object.fromEntries(fields.map(f => [f, all.get(f) || '']));
  kept.q = $('#desk-q').value; kept.at = Date.now(); kept.waiting = waiting;
  const typed = kept.summary || kept.room || kept.reporter || kept.phone;
  quiet(() => typed ? localStorage.setItem(name, JSON.stringify(kept)) : localStorage.removeItem(name));
}
function put(kept) {
  for (const f of fields.filter(f => f !== 'who' && f !== 'q' && kept[f])) if (form().elements[f]) form().elements[f].value = kept[f];
  $('#desk-q').value = kept.q; mirror();
  if (!kept.who) return;
  const who = d.createElement('input'), u = new URL($('#seek').getAttribute('action'), location);
  who.type = 'hidden'; who.name = 'who'; who.value = kept.who; who.setAttribute('form', 'desk_form'); $('#found').append(who);
  u.searchParams.set('q', kept.q); u.searchParams.set('who', kept.who);
  quiet(() => htmx.ajax('GET', u.pathname + u.search, {target: '#found', swap: 'outerHTML'}));
}
// without an answer of the server the room that was typed goes along as it is
const mirror = () => { const q = $('#found [name=q]'); if (q) q.value = $('#desk-q').value };
function hold() { waiting = true; keep(); say('没有网络，已存在本机，恢复后自动登记，不会重复。') }
function send() { if (waiting && navigator.onLine && form()) { waiting = false; form().requestSubmit() } }

d.addEventListener('input', e => {
  if (!e.target.closest('#desk_form,#seek') && e.target.form !== form()) return;
  mirror(); clearTimeout(later); later = setTimeout(keep, 200);
});
addEventListener('submit', e => {
  if (e.target === form()) { keep(); if (!navigator.onLine) hold() }
  else if (e.target.getAttribute('method') === 'post') gone = true; // leaving: app.js wipes
}, true);
d.addEventListener('htmx:error', e => { const c = e.detail.ctx; if (c && c.request.form === form()) hold() });
d.addEventListener('htmx:finally:request', e => { const c = e.detail.ctx; if (c.request.form === form() && c.hx?.redirect) { gone = true; wipe() } });
addEventListener('online', () => setTimeout(send, 300)); setInterval(send, 15000);

const kept = load();
if (kept && Date.now() - kept.at < 2592e5) {
  if (form().elements.summary.value) wipe(); else {
    put(kept); waiting = kept.waiting; say('已恢复没有登记完的内容。');
    setTimeout(send, 500);
  }
} else if (kept) wipe();
})();
