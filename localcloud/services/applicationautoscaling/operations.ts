/**
 * Application Auto Scaling, as deployment tools ask it: is the desired count of this service somebody else's? It never is
 * here, since nothing can be registered. https://docs.aws.amazon.com/autoscaling/application/APIReference
 */
import type { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import type { Operations, Service } from "../../gateway/service.ts";
import { AwsError } from "../../protocol/aws-error.ts";

const MOST_RESULTS = 50;
/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html */
const NAMESPACES = [
  ...["appstream", "cassandra", "comprehend", "custom-resource", "dynamodb", "ec2", "ecs", "elasticache"],
  ...["elasticmapreduce", "kafka", "lambda", "neptune", "rds", "sagemaker", "workspaces"],
];

interface Listing {
  readonly ServiceNamespace?: string | undefined;
  readonly ScalableDimension?: string | undefined;
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

export function applicationAutoScalingService(): Service {
  const operations: Operations<ApplicationAutoScaling> = {
    DescribeScalableTargets(input) {
      check(input);
      return { ScalableTargets: [] };
    },

    DescribeScalingPolicies(input) {
      check(input);
      return { ScalingPolicies: [] };
    },
  };
  return {
    signingName: "application-autoscaling",
    protocol: "awsJson1_1",
    schemas: () => import("./schemas.ts"),
    operations,
  };
}

/** @throws {AwsError} `ValidationException`; `InvalidNextTokenException` for any token, since no page has a next one. */
function check({ ServiceNamespace = "null", ScalableDimension, MaxResults, NextToken }: Listing): void {
  if (!NAMESPACES.includes(ServiceNamespace))
    throw invalid(
      `1 validation error detected: Value '${ServiceNamespace}' at 'serviceNamespace' failed to satisfy constraint: Member must satisfy enum value set: [${NAMESPACES.join(", ")}]`,
    );
  if (ScalableDimension !== undefined && !ScalableDimension.startsWith(`${ServiceNamespace}:`))
    throw invalid(
      `Unsupported service namespace, scalable dimension combination: ${ServiceNamespace}, ${ScalableDimension}`,
    );
  if (MaxResults !== undefined && (MaxResults < 1 || MaxResults > MOST_RESULTS))
    throw invalid(`Maximum results must be between 1 and ${MOST_RESULTS}`);
  if (NextToken !== undefined) throw new AwsError("InvalidNextTokenException", "The next token is not valid.");
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}
