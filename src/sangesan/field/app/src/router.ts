// Which screen is shown: the address after "#", so that back, forward and a reload work without a server.
import { useEffect, useState } from "preact/hooks";

export interface Place {
  /** The parts of the path, as in ["home", "12", "patrol"]. */
  parts: string[];
  query: URLSearchParams;
}

export function placeOf(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  return { parts: path.split("/").filter(Boolean), query: new URLSearchParams(query) };
}

export const to = {
  today: "#/",
  queue: "#/queue",
  conflicts: "#/conflicts",
  settings: "#/settings",
  logIn: "#/login",
  home: (id: number) => `#/home/${id}`,
  patrol: (id: number, result: "changed" | "clue") => `#/home/${id}/patrol?result=${result}`,
  target: (id: number) => `#/inspect/${id}`,
  checklist: (id: number) => `#/inspect/${id}/checklist`,
  finding: (id: number, question = "") => `#/inspect/${id}/finding${question ? `?question=${question}` : ""}`,
  visit: (id: number, clue?: number) => `#/home/${id}/visit${clue ? `?clue=${clue}` : ""}`,
};

/** replace: the screen one leaves does not come back with "back" (a form that was saved). */
export function go(address: string, replace = false): void {
  if (replace) location.replace(address);
  else location.hash = address;
}

export function usePlace(): Place {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const listener = () => setHash(location.hash);
    addEventListener("hashchange", listener);
    return () => removeEventListener("hashchange", listener);
  }, []);
  return placeOf(hash);
}
