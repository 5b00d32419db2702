import type { AppServerClient } from '../router/appServerClient';

/** A file or folder that fits what was typed. */
export interface FoundFile {
  /** The folder that was searched, absolute. */
  readonly root: string;
  /** Relative to `root`. */
  readonly path: string;
  readonly isFolder: boolean;
}

export interface SkillChoice {
  readonly name: string;
  readonly description: string;
  /** Of its instructions, absolute. */
  readonly path: string;
}

export interface McpServerView {
  readonly name: string;
  readonly tools: readonly string[];
  /** What keeps it from working, in the server's words. */
  readonly problem: string | null;
}

/** What Codex knows of a workspace and of itself, for menus. */
export class Catalog {
  constructor(private readonly client: Pick<AppServerClient, 'request'>) {}

  /**
   * Files and folders whose path fits `query`, best first. Files that Git ignores are left out, and Git's own (which the
   * server lists, codex app-server 0.169.0).
   *
   * @param caller a later search of the same caller ends this one. @throws RpcError, SwitchyardError
   */
  async findFiles(query: string, roots: readonly string[], caller: string): Promise<FoundFile[]> {
    const { files } = await this.client.request('fuzzyFileSearch', {
      query,
      roots: [...roots],
      cancellationToken: caller,
    });
    return files
      .filter(({ path }) => !/(?:^|[\\/])\.git(?:$|[\\/])/.test(path))
      .map(({ root, path, match_type }) => ({ root, path, isFolder: match_type === 'directory' }));
  }

  /** The skills that Codex can use in a folder. @throws RpcError, SwitchyardError */
  async skills(folder: string): Promise<SkillChoice[]> {
    const { data } = await this.client.request('skills/list', { cwds: [folder] });
    const skills = data.flatMap((entry) => entry.skills).filter(({ enabled }) => enabled);
    return skills.map(({ name, path, description, shortDescription, interface: shown }) => ({
      name,
      path,
      description: shown?.shortDescription ?? shortDescription ?? description,
    }));
  }

  /** The MCP servers and their tools. @throws RpcError, SwitchyardError */
  async mcpServers(): Promise<McpServerView[]> {
    const { data } = await this.client.request('mcpServerStatus/list', {});
    return data.map(({ name, tools, toolsError }) => ({
      name,
      tools: Object.keys(tools),
      problem: toolsError ?? null,
    }));
  }
}
