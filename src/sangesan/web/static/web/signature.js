// A signature drawn with a finger, a pen or the mouse; what is posted is a small PNG in a hidden field.
"use strict";

const WIDEST = 600; // pixels of the picture that is posted: some kilobytes

for (const part of document.querySelectorAll("[data-signature]")) {
  const canvas = part.querySelector("canvas");
  const field = part.querySelector("input[type=hidden]");
  const pen = canvas.getContext("2d");
  let last = null;

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  };

  const clear = () => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    field.value = "";
  };

  const draw = (from, to) => {
    pen.strokeStyle = "#111";
    pen.lineWidth = 3.2;
    pen.lineCap = "round";
    pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.stroke();
  };

  // The picture takes the shape of the box once it is seen; what was drawn before is drawn again.
  const fit = () => {
    const box = canvas.getBoundingClientRect();
    if (!box.width) return;
    const height = Math.round((WIDEST * box.height) / box.width);
    if (canvas.height === height && canvas.width === WIDEST) return;
    const kept = field.value;
    canvas.width = WIDEST;
    canvas.height = height;
    clear();
    if (!kept) return;
    field.value = kept;
    const image = new Image();
    image.addEventListener("load", () => pen.drawImage(image, 0, 0, canvas.width, canvas.height));
    image.src = kept;
  };

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    draw(last, [last[0] + 0.1, last[1]]);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const here = place(event);
    draw(last, here);
    last = here;
  });
  const lift = () => {
    if (!last) return;
    last = null;
    field.value = canvas.toDataURL("image/png");
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  part.querySelector("[data-signature-clear]").addEventListener("click", clear);

  const kept = field.value;
  clear();
  field.value = kept;
  new ResizeObserver(fit).observe(canvas);
}
