const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is a lower-case UUID, and so is safe as a file name and as an argument. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}
