/** The key, where it can be a path below a folder and an S3 key alike. Throws a RangeError for any other. */
export function checkKey(key: string): string {
  const parts = key.split('/');
  const isFit = parts.every((part) => /^[\w=.,@+-]{1,200}$/.test(part) && !/^\.+$/.test(part));
  if (!isFit || key.length > 900) throw new RangeError(`not a key for an object: ${key}`);
  return key;
}
