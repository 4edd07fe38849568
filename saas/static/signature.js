// 邻声: the signature pad. Touch, pen and mouse; what is drawn goes as PNG into the hidden field of its form.
// Without script the form shows the way by paper only. Styles are set here: the policy forbids style attributes.
(() => {
const WIDTH = 800, HEIGHT = 320, LINE = 5;
function pad(box) {
  const form = box.closest('form'), field = form.elements.signature, canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
  const paper = form.elements.on_paper, wipe = box.querySelector('[data-wipe]');
  let last = null, drawn = false;
  canvas.width = WIDTH; canvas.height = HEIGHT; canvas.tabIndex = -1;
  canvas.setAttribute('role', 'img'); canvas.setAttribute('aria-label', '签名框，用手指、触控笔或鼠标书写');
  Object.assign(canvas.style, {width: '100%', maxWidth: '560px', aspectRatio: `${WIDTH}/${HEIGHT}`, touchAction: 'none', background: '#fff', border: '1px solid currentColor', borderRadius: '8px', cursor: 'crosshair', display: 'block'});
  Object.assign(pen, {lineWidth: LINE, lineCap: 'round', lineJoin: 'round', strokeStyle: '#10151f', fillStyle: '#10151f'});
  box.prepend(canvas); box.hidden = false;
  const at = e => { const r = canvas.getBoundingClientRect(); return [(e.clientX - r.left) * WIDTH / r.width, (e.clientY - r.top) * HEIGHT / r.height] };
  const line = (x, y) => { pen.beginPath(); pen.moveTo(...last); pen.lineTo(x, y); pen.stroke(); last = [x, y]; drawn = true };
  const end = () => { if (!last) return; last = null; if (drawn) field.value = canvas.toDataURL('image/png') };
  canvas.addEventListener('pointerdown', e => {
    if (e.button > 0) return;
    e.preventDefault(); canvas.setPointerCapture?.(e.pointerId); last = at(e);
    pen.beginPath(); pen.arc(...last, LINE / 2, 0, 7); pen.fill(); drawn = true;
  });
  canvas.addEventListener('pointermove', e => { if (last) { e.preventDefault(); (e.getCoalescedEvents?.() || []).concat(e).forEach(each => line(...at(each))) } });
  ['pointerup', 'pointercancel'].forEach(name => canvas.addEventListener(name, end));
  wipe.addEventListener('click', () => { pen.clearRect(0, 0, WIDTH, HEIGHT); field.value = ''; drawn = false });
  const turn = () => { box.hidden = paper.checked; form.querySelector('[data-paper]').hidden = !paper.checked };
  if (paper) { paper.addEventListener('change', turn); turn() }
  if (field.value) { const before = new Image(); before.onload = () => pen.drawImage(before, 0, 0, WIDTH, HEIGHT); before.src = field.value }
}
const wake = () => document.querySelectorAll('[data-sign]:not([data-woken])').forEach(box => { box.dataset.woken = ''; pad(box) });
document.addEventListener('htmx:after:swap', wake);
wake();
})();
