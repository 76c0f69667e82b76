// Keeps everyone from knowing how JavaScript is bundled: `npm run build` turns js/ and styles/ into the files Python and the browser load.
//
//   js/feel.js          -> ../engine/assets/feel.js    one script, global Feel: expressions inside quickjs
//   js/server-forms.js  -> ../engine/assets/forms.js   one script: form checks inside quickjs
//   js/app.js           -> static/vendor/app.js        ES module for the browser; import() makes chunks of its own
//   styles/app.css      -> static/vendor/app.css       with the fonts and images it names
import { build } from 'esbuild';
import { access, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = dirname(fileURLToPath(import.meta.url));
const assets = join(web, '..', 'engine', 'assets');
const vendor = join(web, 'static', 'vendor');

const common = { absWorkingDir: web, bundle: true, minify: true, legalComments: 'linked', logLevel: 'warning', charset: 'utf8' };
// quickjs has neither modules from files nor newer syntax than this; source names would be of no use inside it.
const insidePython = { ...common, format: 'iife', target: 'es2020', legalComments: 'none' };

// A stylesheet of its own and one imported by app.js would both become app.css: esbuild refuses that with both names.
const exists = path => access(join(web, path)).then(() => true, () => false);
const pageFiles = ['js/app.js', ...(await exists('styles/app.css') ? ['styles/app.css'] : [])];

await rm(vendor, { recursive: true, force: true });
await mkdir(assets, { recursive: true });
await Promise.all([
  build({ ...insidePython, entryPoints: ['js/feel.js'], globalName: 'Feel', outfile: join(assets, 'feel.js') }),
  build({ ...insidePython, entryPoints: ['js/server-forms.js'], outfile: join(assets, 'forms.js') }),
  build({
    ...common, entryPoints: pageFiles, outdir: vendor, entryNames: '[name]', chunkNames: 'chunks/[name]-[hash]',
    assetNames: 'files/[name]-[hash]', format: 'esm', splitting: true, target: ['chrome110', 'firefox115', 'safari16'],
    loader: { '.woff': 'file', '.woff2': 'file', '.ttf': 'file', '.eot': 'file', '.svg': 'file', '.png': 'file' },
  }),
]);
