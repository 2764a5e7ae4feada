/** What the platform does in a method of `fs`, and so how its errors look. */
export interface FileMethod {
  /** The system call that names the path in its errors. Not there: the method works on what is open. */
  readonly opens?: string;
  /** The system call on the bytes, or on what is open: its errors name no path. */
  readonly works?: string;
  /** True when the second argument is a path too. */
  readonly hasDestination?: boolean;
  /** The method of a FileHandle that does the same. */
  readonly handleMethod?: string;
}

/**
 * The methods of `fs` that faults act on, in all their forms. Not among them: `close`, for what is not closed leaks;
 * `exists`, which cannot fail; watching; and what is made of others (`cp`, `rm`, streams).
 */
export const fileMethods: Readonly<Record<string, FileMethod>> = {
  access: { opens: 'access' },
  appendFile: { opens: 'open', works: 'write', handleMethod: 'appendFile' },
  chmod: { opens: 'chmod' },
  chown: { opens: 'chown' },
  copyFile: { opens: 'copyfile', hasDestination: true },
  fchmod: { works: 'fchmod', handleMethod: 'chmod' },
  fchown: { works: 'fchown', handleMethod: 'chown' },
  fdatasync: { works: 'fdatasync', handleMethod: 'datasync' },
  fstat: { works: 'fstat', handleMethod: 'stat' },
  fsync: { works: 'fsync', handleMethod: 'sync' },
  ftruncate: { works: 'ftruncate', handleMethod: 'truncate' },
  futimes: { works: 'futime', handleMethod: 'utimes' },
  lchown: { opens: 'lchown' },
  link: { opens: 'link', hasDestination: true },
  lstat: { opens: 'lstat' },
  lutimes: { opens: 'lutime' },
  mkdir: { opens: 'mkdir' },
  open: { opens: 'open' },
  read: { works: 'read', handleMethod: 'read' },
  readFile: { opens: 'open', works: 'read', handleMethod: 'readFile' },
  readdir: { opens: 'scandir' },
  readlink: { opens: 'readlink' },
  readv: { works: 'read', handleMethod: 'readv' },
  realpath: { opens: 'realpath' },
  rename: { opens: 'rename', hasDestination: true },
  rmdir: { opens: 'rmdir' },
  stat: { opens: 'stat' },
  statfs: { opens: 'statfs' },
  symlink: { opens: 'symlink', hasDestination: true },
  truncate: { opens: 'open', works: 'ftruncate' },
  unlink: { opens: 'unlink' },
  utimes: { opens: 'utime' },
  write: { works: 'write', handleMethod: 'write' },
  writeFile: { opens: 'open', works: 'write', handleMethod: 'writeFile' },
  writev: { works: 'write', handleMethod: 'writev' },
};
