/**
 * Builds the phone app into ../built: what a page loads under /static/field/ with hashes in the names, index.html and sw.js for
 * the views of shell.py. The service worker is built last, because it names every file of the shell with its digest.
 */

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, defineConfig, type Plugin } from "vite";

const APP = fileURLToPath(new URL(".", import.meta.url));
const BUILT = join(APP, "..", "built");
const STATIC = "/static/field/";
/** The oldest Chromium that must run it: the phones of village workers are not new. */
const OLDEST = "chrome90";

const files = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex").slice(0, 20);

interface Entry {
  url: string;
  /** Null where the digest stands in the name. */
  revision: string | null;
}

/** The files of the shell, as Workbox wants them; icons that only the home screen shows are left to the browser. */
function precached(): Entry[] {
  return files(BUILT)
    .map((path) => ({ name: relative(BUILT, path).split("\\").join("/"), bytes: readFileSync(path) }))
    .filter(({ name }) => !/\.gz$|^sw\.js$|^icons\/.*\.png$/.test(name))
    .map(({ name, bytes }) => ({
      url: name === "index.html" ? "/field/" : name === "manifest.webmanifest" ? `/field/${name}` : STATIC + name,
      revision: /-[\w-]{8,}\.\w+$/.test(name) && name.startsWith("assets/") ? null : digest(bytes),
    }));
}

/** Writes sw.js with the list of files in it, and a gzipped copy beside everything that is text. */
function serviceWorker(version: string): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    async closeBundle() {
      await build({
        configFile: false,
        logLevel: "warn",
        define: { __PRECACHED__: JSON.stringify(precached()), __VERSION__: JSON.stringify(version), "process.env.NODE_ENV": '"production"' },
        build: {
          target: OLDEST,
          outDir: BUILT,
          emptyOutDir: false,
          copyPublicDir: false,
          // Chromium 90 knows no module workers: one plain file.
          lib: { entry: join(APP, "src", "sw.ts"), formats: ["iife"], name: "sw", fileName: () => "sw.js" },
        },
      });
      for (const path of files(BUILT).filter((name) => /\.(js|css|html|svg|webmanifest)$/.test(name))) {
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
      }
    },
  };
}

/** Tells builds apart: the digest of all sources. */
const version = digest(Buffer.concat(files(join(APP, "src")).map((path) => readFileSync(path))));

export default defineConfig({
  root: APP,
  base: STATIC,
  define: { __VERSION__: JSON.stringify(version) },
  build: {
    target: OLDEST,
    cssTarget: OLDEST,
    outDir: BUILT,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // One script: an old tab must never ask for a piece that a newer version has removed.
    rolldownOptions: { output: { codeSplitting: false } },
    modulePreload: false,
    reportCompressedSize: false,
  },
  plugins: [serviceWorker(version)],
});
