/** Where a source could hand text to a shell, or run text as a program. */
import ts from "typescript";

/** What of child_process takes a program and a list of arguments, and no command line. */
const withoutShell = new Set(["spawn", "spawnSync", "execFile", "execFileSync", "fork"]);

const shells = /^(?:\/(?:usr\/)?bin\/)?(?:sh|bash|dash|zsh)$|^cmd(?:\.exe)?$/;

/**
 * @param text of a TypeScript or JavaScript file
 * @returns one line for each use: `exec of child_process`, `shell: true`, `eval`, `the shell "/bin/sh"`
 */
export function shellUses(text: string): string[] {
  const source = ts.createSourceFile("source.ts", text, ts.ScriptTarget.Latest, true);
  const runsPrograms = /["'](?:node:)?child_process["']/.test(text);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const use = useOf(node, runsPrograms);
    if (use !== undefined) found.push(use);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function useOf(node: ts.Node, runsPrograms: boolean): string | undefined {
  if (ts.isImportDeclaration(node)) return importUse(node);
  if (ts.isCallExpression(node)) return callUse(node);
  if (ts.isNewExpression(node) && node.expression.getText() === "Function") return "new Function";
  if (ts.isStringLiteralLike(node) && shells.test(node.text)) return `the shell "${node.text}"`;
  if (!runsPrograms || !ts.isObjectLiteralElementLike(node) || node.name?.getText() !== "shell") return undefined;
  return ts.isPropertyAssignment(node) && node.initializer.kind === ts.SyntaxKind.FalseKeyword
    ? undefined
    : "shell: true";
}

function importUse({ moduleSpecifier, importClause }: ts.ImportDeclaration): string | undefined {
  const module = (moduleSpecifier as ts.StringLiteral).text;
  if (/^(?:node:)?vm$/.test(module)) return "vm";
  if (!/^(?:node:)?child_process$/.test(module) || importClause === undefined) return undefined;
  const { namedBindings } = importClause;
  if (namedBindings === undefined || !ts.isNamedImports(namedBindings)) return "all of child_process";
  const names = namedBindings.elements
    .filter((element) => !element.isTypeOnly && !importClause.isTypeOnly)
    .map(({ name, propertyName }) => (propertyName ?? name).text);
  const other = names.find((name) => !withoutShell.has(name));
  return other === undefined ? undefined : `${other} of child_process`;
}

function callUse({ expression, arguments: given }: ts.CallExpression): string | undefined {
  if (expression.getText() === "eval") return "eval";
  const [first] = given;
  const loads =
    expression.kind === ts.SyntaxKind.ImportKeyword ||
    /^(?:require|process\.getBuiltinModule)$/.test(expression.getText());
  if (loads && first !== undefined && ts.isStringLiteralLike(first) && /child_process|^(?:node:)?vm$/.test(first.text))
    return "all of child_process";
  return undefined;
}
