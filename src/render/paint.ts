const sequences = {
  bold: ['\x1b[1m', '\x1b[22m'],
  dim: ['\x1b[2m', '\x1b[22m'],
  red: ['\x1b[31m', '\x1b[39m'],
  green: ['\x1b[32m', '\x1b[39m'],
  yellow: ['\x1b[33m', '\x1b[39m'],
} as const;

export type Style = keyof typeof sequences;

export type Paint = (text: string, style: Style | null) => string;

/** Gives the function that colours text, or the one that leaves it alone. */
export function painter(color: boolean): Paint {
  return (text, style) => {
    if (!color || style === null || text === '') return text;
    const [start, end] = sequences[style];
    return `${start}${text}${end}`;
  };
}
