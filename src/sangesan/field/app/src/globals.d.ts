/** The digest of the sources that this build was made of (vite.config.ts). */
declare const __VERSION__: string;
