import { posix, win32 } from 'node:path';

const NAME = 'claude_desktop_config.json';

/** Where Claude Desktop keeps its configuration, for one user of one platform. @param home the user's home folder. */
export function claudeDesktopConfig(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, home: string): string {
  if (platform === 'win32') {
    return win32.join(env['APPDATA'] || win32.join(home, 'AppData', 'Roaming'), 'Claude', NAME);
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Claude', NAME);
  const chosen = env['XDG_CONFIG_HOME'];
  // XDG Base Directory Specification: a relative path is to be ignored.
  const folder = chosen !== undefined && posix.isAbsolute(chosen) ? chosen : posix.join(home, '.config');
  return posix.join(folder, 'Claude', NAME);
}
