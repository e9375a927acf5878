// SPDX-License-Identifier: Apache-2.0
// Bundles the script and the style of the HTML report into reports/html/asset/ (or the folder given).
import { build } from "esbuild";

const folder = process.argv[2] ?? "../asset";
const common = { bundle: true, minify: true, legalComments: "none", charset: "utf8", logLevel: "warning" };
await build({ ...common, entryPoints: ["src/main.ts"], outfile: `${folder}/report.js`, format: "iife", target: "es2022" });
await build({ ...common, entryPoints: ["src/report.css"], outfile: `${folder}/report.css`, target: ["chrome115", "firefox115", "safari17"] });
