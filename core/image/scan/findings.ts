import type {
  DescribeImageScanFindingsResponse,
  EnhancedImageScanFinding,
  ImageScanFinding,
} from "@aws-sdk/client-ecr";
import { severities } from "../build-input.ts";

/** A vulnerability, of basic or of enhanced scanning. */
export interface Finding {
  /** `CVE-2026-1234` */
  readonly name: string;
  readonly severity: string;
  /** What it is in, with its version, where the scan says so. */
  readonly package: string | undefined;
  readonly link: string | undefined;
}

/** How many there are of each severity. */
export type SeverityCounts = Readonly<Record<string, number>>;

/** The findings on a page, both kinds in one form. */
export function findingsOn({ imageScanFindings }: DescribeImageScanFindingsResponse): Finding[] {
  const { findings = [], enhancedFindings = [] } = imageScanFindings ?? {};
  return [...findings.map(basicFinding), ...enhancedFindings.map(enhancedFinding)];
}

function basicFinding({ name, severity, uri, attributes = [] }: ImageScanFinding): Finding {
  const attribute = (key: string) => attributes.find((candidate) => candidate.key === key)?.value;
  const inPackage = [attribute("package_name"), attribute("package_version")].filter((part) => part !== undefined);
  return {
    name: name ?? "(no name)",
    severity: severity ?? "UNDEFINED",
    package: inPackage.length === 0 ? undefined : inPackage.join(" "),
    link: uri,
  };
}

function enhancedFinding({ title, severity, packageVulnerabilityDetails }: EnhancedImageScanFinding): Finding {
  const { vulnerabilityId, sourceUrl, vulnerablePackages = [] } = packageVulnerabilityDetails ?? {};
  const [first] = vulnerablePackages;
  return {
    name: vulnerabilityId ?? title ?? "(no name)",
    severity: severity ?? "UNTRIAGED",
    package: first?.name === undefined ? undefined : [first.name, first.version].filter(Boolean).join(" "),
    link: sourceUrl,
  };
}

/** 0 is the worst; a severity that nobody has ranked comes last. */
export function rankOf(severity: string): number {
  const rank: number = (severities as readonly string[]).indexOf(severity);
  return rank === -1 ? severities.length : rank;
}

export function worstFirst<Item extends Pick<Finding, "severity">>(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => rankOf(a.severity) - rankOf(b.severity));
}

/** `2 CRITICAL, 1 LOW`, or `nothing`. */
export function formatCounts(counts: SeverityCounts): string {
  const entries = Object.entries(counts).filter(([, count]) => count > 0);
  const ranked = worstFirst(entries.map(([severity, count]) => ({ severity, count })));
  return ranked.map(({ severity, count }) => `${count} ${severity}`).join(", ") || "nothing";
}

export function addCounts(all: readonly SeverityCounts[]): SeverityCounts {
  const sum: Record<string, number> = {};
  for (const counts of all) {
    for (const [severity, count] of Object.entries(counts)) sum[severity] = (sum[severity] ?? 0) + count;
  }
  return sum;
}
