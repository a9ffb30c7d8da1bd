/** Why the operating system would not do something with a file, in words. Its own message has a code and says the path once more. */

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EISDIR: 'is a directory',
  ENOTDIR: 'a part of the path is no directory',
  EEXIST: 'a part of the path is no directory',
  ELOOP: 'is a symbolic link that leads back to itself',
  ENAMETOOLONG: 'has a name that is too long',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
  EMFILE: 'too many files are open',
  EIO: 'the disk reports an error',
};

export const errorCode = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

export const systemProblem = (error: unknown): string => WORDS[errorCode(error)] ?? (error instanceof Error ? error.message : String(error));
