// A signature drawn with a finger or a pen. It is kept as a picture as soon as the finger is lifted.
import { useEffect, useRef, useState } from "preact/hooks";

import { useStore } from "../store";
import type { Problem, Sha256 } from "../types";
import { useTexts } from "../texts";
import { Icon } from "./Icon";
import { ProblemNote, problemOf } from "./problems";

const WIDEST = 600; // pixels of the kept picture: some kilobytes

type Point = [number, number];

export function SignaturePad({
  signature,
  onSigned,
}: {
  signature: Sha256 | null;
  onSigned: (signature: Sha256 | null) => void;
}) {
  const t = useTexts();
  const store = useStore();
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<Point | null>(null);
  // Counts strokes and wipes: a picture that is kept late must not stand for what was drawn or wiped since.
  const newest = useRef(0);
  const [keeping, setKeeping] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const blank = () => {
    const pen = canvas.current?.getContext("2d");
    if (!pen || !canvas.current) return;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.current.width, canvas.current.height);
  };
  // The picture takes the shape of the box; a kept signature is drawn into it again.
  useEffect(() => {
    const box = canvas.current;
    if (!box) return;
    const { width, height } = box.getBoundingClientRect();
    box.width = WIDEST;
    box.height = Math.round((WIDEST * height) / (width || 300));
    blank();
    if (!signature) return;
    void store.preview(signature).then((found) => {
      if (!found) return onSigned(null);
      const image = new Image();
      image.onload = () => {
        box.getContext("2d")?.drawImage(image, 0, 0, box.width, box.height);
        found.free();
      };
      image.src = found.url;
    });
  }, []);

  const place = (event: PointerEvent): Point => {
    const box = canvas.current!.getBoundingClientRect();
    const { width, height } = canvas.current!;
    return [((event.clientX - box.left) * width) / box.width, ((event.clientY - box.top) * height) / box.height];
  };
  const draw = (from: Point, end: Point) => {
    const pen = canvas.current?.getContext("2d");
    if (!pen) return;
    Object.assign(pen, { strokeStyle: "#111", lineWidth: 3.4, lineCap: "round", lineJoin: "round" });
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...end);
    pen.stroke();
  };
  const down = (event: PointerEvent) => {
    event.preventDefault();
    canvas.current?.setPointerCapture(event.pointerId);
    last.current = place(event);
    draw(last.current, [last.current[0] + 0.1, last.current[1]]);
  };
  const move = (event: PointerEvent) => {
    if (!last.current) return;
    const here = place(event);
    draw(last.current, here);
    last.current = here;
  };
  const lift = async () => {
    if (!last.current || !canvas.current) return;
    last.current = null;
    newest.current += 1;
    const stroke = newest.current;
    setKeeping(true);
    try {
      const kept = await store.addSignature(canvas.current);
      if (stroke !== newest.current) return;
      onSigned(kept.sha256);
      setProblem(null);
    } catch (error) {
      if (stroke === newest.current) setProblem(problemOf(error));
    } finally {
      if (stroke === newest.current) setKeeping(false);
    }
  };
  const clear = () => {
    newest.current += 1;
    setKeeping(false);
    blank();
    onSigned(null);
  };

  return (
    <div class="field">
      <div class="switch-line">
        <span id="signature-name" class="legend">
          {t.media.sign_here}
        </span>
        <button type="button" class="button" onClick={clear}>
          <Icon name="eraser" />
          {t.media.sign_clear}
        </button>
      </div>
      <canvas
        ref={canvas}
        class="signature"
        role="img"
        aria-labelledby="signature-name"
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={() => void lift()}
        onPointerCancel={() => void lift()}
      />
      <span role="status" class="hint">
        {keeping ? t.entry.saving : signature ? `✓ ${t.media.signed}` : t.media.not_signed}
      </span>
      <ProblemNote problem={problem} />
    </div>
  );
}
