// The import table of docs/architecture.md as a lint rule: a stage may name what stands left of it, nothing else.
import path from 'node:path';

const PURE = ['zod', 'diff', 'vscode-languageserver-types', 'vscode-languageserver-textdocument'];

/** Stage → the folders of src/ it may import (`folder/file`: only that file) and the packages it may use. */
export const TABLE = {
  base: { stages: [], packages: [] },
  protocol: { stages: [], packages: [] },
  shared: { stages: [], packages: [] },
  transport: { stages: ['base', 'protocol'], packages: ['node:', 'vscode-jsonrpc', 'ws', 'p-limit', 'zod'] },
  router: { stages: ['base', 'protocol', 'transport/appServer'], packages: [] },
  conversation: { stages: ['base', 'protocol', 'shared', 'router', 'transport/appServer'], packages: PURE },
  surfaces: {
    stages: ['base', 'shared', 'conversation'],
    packages: ['vscode', 'vscode-languageclient', 'node:', 'ignore', ...PURE],
  },
  webview: {
    stages: ['shared'],
    packages: ['solid-js', 'marked', 'anser', 'virtua', 'katex', 'mermaid', 'dompurify', '@vscode/codicons', 'shiki'],
  },
};

function stageOf(file, root) {
  const [top, second] = path.relative(root, file).split(path.sep);
  if (top === 'webview') return 'webview';
  return top === 'src' && second in TABLE ? second : undefined;
}

function packageAllowed(source, packages) {
  return packages.some((name) => source === name || source.startsWith(name.endsWith(':') ? name : `${name}/`));
}

/** What is wrong with importing `source` in `file`, or undefined. */
export function violation(file, source, root) {
  const stage = stageOf(file, root);
  if (!stage) return undefined;
  const { stages, packages } = TABLE[stage];
  if (!source.startsWith('.')) {
    return packageAllowed(source, packages) ? undefined : `${stage} may not use the package ${source}`;
  }
  const target = path.resolve(path.dirname(file), source);
  const targetStage = stageOf(target, root);
  if (targetStage === stage) return undefined;
  const inside = path.relative(path.join(root, 'src'), target).split(path.sep).join('/');
  const allowed = stages.some((entry) => (entry.includes('/') ? inside === entry : targetStage === entry));
  return allowed ? undefined : `${stage} may not import ${inside}`;
}

export const importTable = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const check = (node) => {
      if (!node.source) return;
      const message = violation(context.filename, node.source.value, context.cwd);
      if (message) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};
