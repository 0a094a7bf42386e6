export {
  DescribeScalableTargets$,
  DescribeScalingPolicies$,
  InvalidNextTokenException$,
  ValidationException$,
} from "@aws-sdk/client-application-auto-scaling";
