/** Words of help, which begin with a small letter and have no full stop, as a sentence of the manual. */
export function sentence(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
}
