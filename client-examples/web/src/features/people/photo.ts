const kinds = ['image/jpeg', 'image/png'];
const mostBytes = 200 * 1024;

/** Said before sending, so that nobody waits for an upload that will be refused. */
export function photoProblem({ type, size }: { type: string; size: number }): 'wrongKind' | 'tooLarge' | null {
  if (!kinds.includes(type)) return 'wrongKind';
  return size > mostBytes ? 'tooLarge' : null;
}

export async function readBase64(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  // In parts, because a call takes a limited number of arguments.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
