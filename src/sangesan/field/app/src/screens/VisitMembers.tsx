// Who was met, who is away, how many they are.
import { OneOf, TextField } from "../components/fields";
import { Icon } from "../components/Icon";
import { useTexts } from "../texts";
import type { PartProps } from "./Visit";
import type { Where } from "./visit_typed";

export function VisitMembers({ typed, home, set, wrong }: PartProps) {
  const t = useTexts();
  const restSeen = () =>
    set({ members: Object.fromEntries(home.members.map(({ id }) => [id, typed.members[id] || "seen"])) });
  return (
    <section class="sheet" aria-labelledby="members">
      <div class="sheet-head">
        <h2 id="members">{t.visit.members}</h2>
        <span class="quiet">{t.visit.members_hint}</span>
      </div>
      <div class="sheet-body">
        {home.members.map((member) => (
          <OneOf
            key={member.id}
            id={`member-${member.id}`}
            value={typed.members[member.id] ?? ""}
            label={[member.name, member.relation, member.age === null ? "" : t.years(member.age)]
              .filter(Boolean)
              .join(" · ")}
            onValue={(where) => set({ members: { ...typed.members, [member.id]: where as Where } })}
            choices={[
              { value: "seen", title: t.visit.seen, tone: "good" },
              { value: "away", title: t.visit.away },
              { value: "", title: t.visit.not_asked },
            ]}
          />
        ))}
        <button type="button" class="button" onClick={restSeen}>
          <Icon name="users" />
          {t.visit.all_seen}
        </button>
        <TextField
          id="members-note"
          label={t.visit.members_note}
          hint={t.visit.members_note_hint}
          maxLength={500}
          value={typed.members_note}
          onValue={(members_note) => set({ members_note })}
        />
        <div class="short">
          <TextField
            id="people"
            label={t.visit.people}
            hint={t.visit.people_hint}
            inputMode="numeric"
            maxLength={2}
            wrong={wrong("people")}
            value={typed.people}
            onValue={(people) => set({ people })}
          />
          <TextField
            id="labour"
            label={t.visit.labour}
            inputMode="numeric"
            maxLength={2}
            wrong={wrong("labour")}
            value={typed.labour}
            onValue={(labour) => set({ labour })}
          />
        </div>
      </div>
    </section>
  );
}
