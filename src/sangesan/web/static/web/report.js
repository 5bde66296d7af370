// A recorded voice instead of typing: the browser records, the form's own file field carries it. Without this script,
// or where the phone gives no microphone, the file field takes a recording made by the phone itself.
"use strict";

const LONGEST = 180; // seconds
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const BITS = 24000;

for (const part of document.querySelectorAll("[data-voice]")) {
  const kind = window.MediaRecorder ? KINDS.find((one) => MediaRecorder.isTypeSupported(one)) : undefined;
  if (!kind || !navigator.mediaDevices?.getUserMedia || !window.DataTransfer) continue;
  const box = part.querySelector("[data-recorder]");
  const button = part.querySelector("[data-record]");
  const words = part.querySelector("[data-record-words]");
  const time = part.querySelector("[data-record-time]");
  const play = part.querySelector("[data-record-play]");
  const fault = part.querySelector("[data-record-fault]");
  const field = part.querySelector("input[type=file]");
  const start = words.textContent;
  let recorder = null;
  let clock = 0;
  box.hidden = false;

  const shown = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

  const keep = (chunks) => {
    const ending = kind.includes("mp4") ? "m4a" : kind.includes("ogg") ? "ogg" : "webm";
    const sound = new File(chunks, `voice.${ending}`, { type: kind.split(";")[0] });
    const carrier = new DataTransfer();
    carrier.items.add(sound);
    field.files = carrier.files;
    play.src = URL.createObjectURL(sound);
    play.hidden = false;
    // The file box would say “no file chosen” or a name nobody gave: the recording stands above and goes with the form.
    for (const one of part.querySelectorAll("[data-voice-file]")) one.hidden = true;
  };

  const stop = () => {
    if (recorder?.state === "recording") recorder.stop();
  };

  const record = async () => {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      fault.hidden = false;
      return;
    }
    fault.hidden = true;
    const chunks = [];
    let seconds = 0;
    recorder = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: BITS });
    recorder.addEventListener("dataavailable", (event) => chunks.push(event.data));
    recorder.addEventListener("stop", () => {
      window.clearInterval(clock);
      for (const track of stream.getTracks()) track.stop();
      words.textContent = start;
      button.classList.remove("report-recording");
      keep(chunks);
    });
    recorder.start();
    words.textContent = button.dataset.stopWords;
    button.classList.add("report-recording");
    time.textContent = shown(0);
    clock = window.setInterval(() => {
      seconds += 1;
      time.textContent = shown(seconds);
      if (seconds >= LONGEST) stop();
    }, 1000);
  };

  button.addEventListener("click", () => (recorder?.state === "recording" ? stop() : record()));
}

// What is being said is not lost by sending too early: the recording ends first, then the form goes.
for (const form of document.querySelectorAll("form[data-report]")) {
  form.addEventListener("submit", (event) => {
    const button = form.querySelector(".report-recording");
    if (!button) return;
    event.preventDefault();
    const sender = event.submitter;
    form.querySelector("[data-record-play]").addEventListener("loadedmetadata", () => form.requestSubmit(sender), { once: true });
    button.click();
  });
}

// Choosing photos sends nothing yet: how many are chosen and what is still to be pressed stands at the button.
for (const form of document.querySelectorAll("form[data-photos]")) {
  const hint = form.querySelector("[data-chosen-words]");
  const first = hint.textContent;
  const field = form.querySelector("input[type=file]");
  field.addEventListener("change", () => {
    const number = field.files.length;
    hint.textContent = number ? hint.dataset.chosenWords.replace("{n}", number) : first;
    hint.classList.toggle("report-chosen", number > 0);
  });
}
