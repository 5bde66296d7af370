/** The digest of the sources that this build was made of (vite.config.mts). */
declare const __VERSION__: string;
