// Which screen: before the app is open the gate, then what the address says.
import { Flash } from "../components/flash";
import { Frame } from "../components/Frame";
import { Note } from "../components/problems";
import { to, usePlace } from "../router";
import { useStore } from "../store";
import { dressPage, useTexts } from "../texts";
import { Conflicts } from "./Conflicts";
import { Gate } from "./Gate";
import { Household } from "./Household";
import { Checklist } from "./Checklist";
import { Finding } from "./Finding";
import { Inspections, Place } from "./Inspections";
import { LogInAgain } from "./LogIn";
import { Patrol } from "./Patrol";
import { Queue } from "./Queue";
import { Settings } from "./Settings";
import { Today } from "./Today";
import { Visit } from "./Visit";

dressPage();

export function App() {
  const { status } = useStore().snapshot();
  return (
    <>
      {status === "open" ? <Screen /> : <Gate />}
      {/* what was said before the cut no longer holds, and would lie over the notice */}
      {status !== "cut" && <Flash />}
    </>
  );
}

function Screen() {
  const { parts, query } = usePlace();
  const [name, id, form] = parts;
  const inspector = useStore().inspection() !== null;
  if (name === undefined) return inspector ? <Inspections /> : <Today />;
  if (name === "queue") return <Queue />;
  if (name === "conflicts") return <Conflicts />;
  if (name === "settings") return <Settings />;
  if (name === "login") return <LogInAgain />;
  if (name === "inspect" && /^\d+$/.test(id ?? "")) {
    const target = Number(id);
    if (form === undefined) return <Place key={target} id={target} />;
    if (form === "checklist") return <Checklist key={target} id={target} />;
    if (form === "finding") return <Finding key={target} id={target} question={query.get("question") ?? ""} />;
  }
  if (name === "home" && /^\d+$/.test(id ?? "")) {
    const household = Number(id);
    if (form === undefined) return <Household key={household} id={household} />;
    if (form === "patrol")
      return <Patrol key={household} id={household} result={query.get("result") === "clue" ? "clue" : "changed"} />;
    if (form === "visit") return <Visit key={household} id={household} clue={Number(query.get("clue")) || null} />;
  }
  return <Nowhere />;
}

function Nowhere() {
  const t = useTexts();
  return (
    <Frame title={t.gone} back={to.today}>
      <Note>
        <p>{t.gone_remedy}</p>
        <a class="button" href={to.today}>
          {t.to_home}
        </a>
      </Note>
    </Frame>
  );
}
