import path from 'node:path';

/** Whether `file` lies in `folder` or deeper. */
export function isInside(file: string, folder: string): boolean {
  // Asked of every file that is known when one of them is gone: this is a hundred times as fast as below.
  if (path.sep === '/' && !folder.endsWith('/')) return file.startsWith(folder) && file[folder.length] === '/';
  const relative = path.relative(folder, file);
  return relative !== '' && relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative);
}
