import type { Service } from "./gateway/service.ts";
import { applicationAutoScalingService } from "./services/applicationautoscaling/operations.ts";
import { cloudWatchService } from "./services/cloudwatch/operations.ts";
import { iamService } from "./services/iam/operations.ts";
import { logsService } from "./services/logs/operations.ts";
import { secretsManagerService } from "./services/secretsmanager/operations.ts";
import { ssmService } from "./services/ssm/operations.ts";
import { stsService } from "./services/sts/operations.ts";
import type { Stores } from "./stores.ts";

/** The services that need nothing but what they keep. */
export function storedServices({ logs, alarms, roles, parameters, secrets }: Stores): readonly Service[] {
  return [
    logsService(logs),
    cloudWatchService(alarms),
    applicationAutoScalingService(),
    stsService(),
    iamService(roles),
    ssmService(parameters),
    secretsManagerService(secrets),
  ];
}
