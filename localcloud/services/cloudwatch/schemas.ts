export {
  DeleteAlarms$,
  DescribeAlarms$,
  InvalidFormatFault$,
  InvalidNextToken$,
  LimitExceededFault$,
  PutMetricAlarm$,
  ResourceNotFound$,
  SetAlarmState$,
  ValidationException$,
} from "@aws-sdk/client-cloudwatch";
