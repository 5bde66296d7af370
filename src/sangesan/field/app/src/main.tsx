/** Where the page begins: styles, the store, the screens. */

import { render } from "preact";
import "./styles/all.css";
import { App } from "./screens/App";
import { store } from "./store";

const place = document.getElementById("app");
if (place) render(<App />, place);
void store.start();
