// A spoken note instead of typing: recorded and kept on the phone, never turned into text by anybody's service.
import { useEffect, useRef, useState } from "preact/hooks";

import { useStore } from "../store";
import type { Problem, VoiceNamed } from "../types";
import { useTexts } from "../texts";
import { Icon } from "./Icon";
import { usePreview } from "./PhotoStrip";
import { ProblemNote, problemOf } from "./problems";
import { lengthWords } from "./words";

const MOST = 3;

interface Recorder {
  stop(): Promise<VoiceNamed>;
  cancel(): void;
}

export function VoiceNote({
  voice,
  onChange,
}: {
  voice: VoiceNamed[];
  onChange: (change: (voice: VoiceNamed[]) => VoiceNamed[]) => void;
}) {
  const t = useTexts();
  const store = useStore();
  const recorder = useRef<Recorder | null>(null);
  const [seconds, setSeconds] = useState<number | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const most = store.snapshot().policy?.voice_seconds ?? 120;

  const stop = async () => {
    const running = recorder.current;
    recorder.current = null;
    if (!running) return;
    try {
      const named = await running.stop();
      onChange((before) => [...before, named]);
    } catch (error) {
      setProblem(problemOf(error));
    }
    setSeconds(null);
  };
  const start = async () => {
    setProblem(null);
    try {
      recorder.current = await store.recordVoice((second) => {
        setSeconds(second);
        if (second >= most) void stop();
      });
      setSeconds(0);
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  // Leaving the form while speaking keeps nothing half.
  useEffect(() => () => recorder.current?.cancel(), []);

  if (!store.canRecord() && !voice.length) return <p class="hint">{t.media.voice_none}</p>;
  return (
    <div class="field">
      {voice.map((one) => (
        <Played
          key={one.sha256}
          voice={one}
          onRemove={() => onChange((before) => before.filter((other) => other.sha256 !== one.sha256))}
        />
      ))}
      <ProblemNote problem={problem} />
      {seconds === null ? (
        voice.length < MOST && (
          <button type="button" class="button" onClick={() => void start()}>
            <Icon name="microphone" />
            {t.media.record}
          </button>
        )
      ) : (
        <div class="voice">
          <span class="voice-live" role="timer" aria-live="off">
            {t.media.recording(lengthWords(seconds), lengthWords(most))}
          </span>
          <button type="button" class="button button-danger" onClick={() => void stop()}>
            <Icon name="playerStop" />
            {t.media.stop}
          </button>
        </div>
      )}
    </div>
  );
}

function Played({ voice, onRemove }: { voice: VoiceNamed; onRemove: () => void }) {
  const t = useTexts();
  const url = usePreview(voice.sha256);
  return (
    <div class="voice">
      <audio controls src={url ?? undefined} aria-label={t.media.voice(lengthWords(voice.seconds))} />
      <button type="button" class="button button-quiet" aria-label={t.media.voice_remove} onClick={onRemove}>
        <Icon name="trash" />
      </button>
    </div>
  );
}
