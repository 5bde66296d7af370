/** The one store of the app; `useStore()` redraws a screen when it changes. */

import type { Store } from "./contract";

export * from "./contract";

export declare const store: Store;
/** The store, and a redraw of the calling component at each of its changes. */
export declare function useStore(): Store;
