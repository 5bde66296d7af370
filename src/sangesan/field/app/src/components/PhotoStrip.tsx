// Photos of a form: take, look, take away. The core shrinks them and keeps them sealed before they appear here.
import { useEffect, useState } from "preact/hooks";

import { type Photo, useStore } from "../store";
import type { Problem } from "../types";
import { useTexts } from "../texts";
import { Icon } from "./Icon";
import { ProblemNote, problemOf } from "./problems";
import { momentWords } from "./words";

interface StripProps {
  /** Photos of the same form that stand elsewhere on the screen: all together are limited. */
  others?: number;
  photos: Photo[];
  /** Gets a change to be made to the newest list: pictures can come while others are still being shrunk. */
  onChange: (change: (photos: Photo[]) => Photo[]) => void;
  label: string;
}

export function PhotoStrip({ photos, onChange, label, others = 0 }: StripProps) {
  const t = useTexts();
  const store = useStore();
  const [busy, setBusy] = useState(0);
  const [problem, setProblem] = useState<Problem | null>(null);
  const most = (store.snapshot().policy?.most_photos ?? 9) - others;

  const add = async (input: HTMLInputElement) => {
    const files = [...(input.files ?? [])].slice(0, most - photos.length);
    input.value = "";
    setProblem(null);
    setBusy((count) => count + files.length);
    for (const file of files) {
      try {
        const photo = await store.addPhoto(file);
        onChange((before) => (before.some((other) => other.sha256 === photo.sha256) ? before : [...before, photo]));
      } catch (error) {
        setProblem(problemOf(error));
      }
      setBusy((count) => count - 1);
    }
  };

  const full = photos.length >= most;
  return (
    <div class="field" role="group" aria-label={label}>
      {photos.length > 0 && (
        <ul class="photos">
          {photos.map((photo, index) => (
            <li key={photo.sha256}>
              <Thumbnail
                photo={photo}
                number={index + 1}
                onRemove={() => onChange((before) => before.filter((other) => other.sha256 !== photo.sha256))}
              />
            </li>
          ))}
        </ul>
      )}
      <span role="status" class="hint">
        {busy > 0
          ? t.media.shrinking
          : full
            ? t.media.most(most)
            : photos.length > 0
              ? t.media.count(photos.length, most)
              : ""}
      </span>
      <ProblemNote problem={problem} />
      {!full && (
        <div class="buttons">
          <FileButton words={t.media.take} icon="camera" label={`${label} ${t.media.take}`} camera onFiles={add} />
          <FileButton words={t.media.choose} icon="photo" label={`${label} ${t.media.choose}`} onFiles={add} />
        </div>
      )}
    </div>
  );
}

function FileButton({
  words,
  icon,
  label,
  camera,
  onFiles,
}: {
  words: string;
  icon: "camera" | "photo";
  label: string;
  camera?: boolean;
  onFiles: (input: HTMLInputElement) => void;
}) {
  return (
    <span class="button file-button">
      <Icon name={icon} />
      <span aria-hidden="true">{words}</span>
      <input
        type="file"
        accept="image/*"
        aria-label={label}
        multiple={!camera}
        {...(camera ? { capture: "environment" } : {})}
        onChange={(event) => onFiles(event.currentTarget)}
      />
    </span>
  );
}

function Thumbnail({ photo, number, onRemove }: { photo: Photo; number: number; onRemove: () => void }) {
  const t = useTexts();
  const url = usePreview(photo.sha256);
  return (
    <figure class="photo">
      <img src={url ?? undefined} alt={t.media.photo(number)} />
      <button type="button" aria-label={t.media.remove(number)} onClick={onRemove}>
        <Icon name="trash" small />
      </button>
      <figcaption>
        {momentWords(photo.taken_at)}
        {photo.position && ` · ${t.entry.position}`}
      </figcaption>
    </figure>
  );
}

/** An address under which a kept file can be shown as long as the component stands; null until it is opened. */
export function usePreview(sha256: string): string | null {
  const store = useStore();
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    let free: (() => void) | null = null;
    let over = false;
    void store.preview(sha256).then((found) => {
      if (over) return found?.free();
      free = found?.free ?? null;
      setUrl(found?.url ?? null);
    });
    return () => {
      over = true;
      free?.();
    };
  }, [sha256]);
  return url;
}
