import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseObject, textIn } from './documents/fields.ts';

/** The names of the files that pages refer to; each holds a hash of its content. */
export interface AssetNames {
  readonly script: string;
  readonly style: string;
  readonly icon: string;
}

export interface Assets {
  readonly names: AssetNames;
  readonly find: (name: string) => Asset | null;
}

export interface Asset {
  readonly type: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly compressed: Uint8Array<ArrayBuffer>;
}

/** Reads the files that scripts/build.mjs has put beside the program. */
export function loadAssets(directory = join(import.meta.dirname, 'web')): Assets {
  const index = parseObject(readFileSync(join(directory, 'index.json'), 'utf8'));
  const names = { script: textIn(index, 'script'), style: textIn(index, 'style'), icon: textIn(index, 'icon') };
  const files = new Map([
    [names.script, assetFrom(join(directory, names.script), 'text/javascript; charset=utf-8')],
    [names.style, assetFrom(join(directory, names.style), 'text/css; charset=utf-8')],
    [names.icon, assetFrom(join(directory, names.icon), 'image/svg+xml')],
  ]);
  return { names, find: (name) => files.get(name) ?? null };
}

function assetFrom(path: string, type: string): Asset {
  const bytes = readFileSync(path);
  return { type, plain: new Uint8Array(bytes), compressed: new Uint8Array(gzipSync(bytes)) };
}
