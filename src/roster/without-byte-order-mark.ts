/** Drops the mark that some editors put in front, so that columns count what one sees. */
export function withoutByteOrderMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}
