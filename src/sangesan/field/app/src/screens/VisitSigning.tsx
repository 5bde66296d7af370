// Who signed and how, photos, the spoken note, the place.
import { OneOf, SelectField, TextField, Wrong } from "../components/fields";
import { Icon } from "../components/Icon";
import { PhotoStrip } from "../components/PhotoStrip";
import { PositionLine } from "../components/PositionLine";
import { SignaturePad } from "../components/SignaturePad";
import { VoiceNote } from "../components/VoiceNote";
import type { Draft, Photo } from "../store";
import { useTexts } from "../texts";
import type { PartProps } from "./Visit";
import { ON_PAPER, type Typed } from "./visit_typed";

const typedOf = (draft: Draft): Typed => draft.screen?.typed as Typed;

interface SigningProps extends PartProps {
  draft: Draft;
  onDraft: (how: (draft: Draft) => Draft) => void;
  onFill: (how: (draft: Draft) => Draft) => void;
}

export function VisitSigning({ typed, home, head, set, wrong, draft, onDraft, onFill }: SigningProps) {
  const t = useTexts();
  const ways = [...Object.entries(head.visit.signed_how), ["", t.visit.not_signed]] as [string, string][];
  const onPaper = ON_PAPER.includes(typed.signed_how);
  const scans = onPaper ? typed.scans : [];
  const signed = draft.photos.filter((photo) => scans.includes(photo.sha256));
  const seen = draft.photos.filter((photo) => !scans.includes(photo.sha256));
  // Pages and photos go up together; `scans` says which are the pages.
  const changeScans = (how: (photos: Photo[]) => Photo[]) => {
    onDraft((before) => {
      const of = (photo: Photo) => typedOf(before).scans.includes(photo.sha256);
      const next = how(before.photos.filter(of));
      const rest = before.photos.filter((photo) => !of(photo) && !next.some((one) => one.sha256 === photo.sha256));
      const pages = { ...typedOf(before), scans: next.map((photo) => photo.sha256) };
      return { ...before, photos: [...rest, ...next], screen: { ...before.screen, typed: pages } };
    });
    set({});
  };
  const changePhotos = (how: (photos: Photo[]) => Photo[]) =>
    onDraft((before) => {
      const of = (photo: Photo) => scans.includes(photo.sha256);
      return { ...before, photos: [...how(before.photos.filter((photo) => !of(photo))), ...before.photos.filter(of)] };
    });
  return (
    <>
      <section class="sheet" aria-labelledby="signing">
        <div class="sheet-head">
          <h2 id="signing">{t.visit.signing}</h2>
        </div>
        <div class="sheet-body">
          <OneOf
            id="signed_how"
            label={t.visit.signed_how}
            stacked
            value={typed.signed_how}
            onValue={(signed_how) => set({ signed_how })}
            choices={ways.map(([value, title]) => ({ value, title }))}
          />
          {typed.signed_how && (
            <>
              <SelectField
                id="signed_by"
                label={t.visit.signed_by}
                wrong={wrong("signed_by")}
                value={typed.signed_by}
                empty={t.visit.not_member}
                choices={home.members.map((member): [string, string] => [String(member.id), member.name])}
                onValue={(signed_by) => set({ signed_by })}
              />
              {!typed.signed_by && (
                <TextField
                  id="signed_by_name"
                  label={t.visit.signed_by_name}
                  maxLength={60}
                  value={typed.signed_by_name}
                  onValue={(signed_by_name) => set({ signed_by_name })}
                />
              )}
            </>
          )}
          {typed.signed_how === "finger" && (
            <div id="signature" tabIndex={-1} class="field">
              <SignaturePad signature={typed.signature} onSigned={(signature) => set({ signature })} />
              <Wrong id="signature" words={wrong("signature")} />
            </div>
          )}
          {onPaper && (
            <div class="field" id="scans" tabIndex={-1}>
              <h3>{t.visit.scans}</h3>
              <PhotoStrip label={t.visit.scans} photos={signed} others={seen.length} onChange={changeScans} />
              <Wrong id="scans" words={wrong("scans")} />
            </div>
          )}
        </div>
      </section>
      <section class="sheet" aria-labelledby="photos-title">
        <div class="sheet-head">
          <h2 id="photos-title">{t.visit.photos}</h2>
          <span class="quiet">{t.visit.photos_hint}</span>
        </div>
        <div class="sheet-body">
          <PhotoStrip label={t.visit.photos} photos={seen} others={signed.length} onChange={changePhotos} />
          <h3>{t.entry.voice}</h3>
          <VoiceNote
            voice={draft.voice}
            onChange={(how) => onDraft((before) => ({ ...before, voice: how(before.voice) }))}
          />
          <h3>{t.entry.position}</h3>
          <PositionLine
            position={draft.position}
            leftOut={Boolean(draft.screen?.no_position)}
            onFound={(position) => onFill((before) => ({ ...before, position }))}
            onPosition={(position, leftOut) =>
              onDraft((before) => ({ ...before, position, screen: { ...before.screen, no_position: leftOut } }))
            }
          />
        </div>
      </section>
      <p class="quiet fine">
        <Icon name="deviceMobile" small /> {t.entry.draft_kept}
      </p>
    </>
  );
}
