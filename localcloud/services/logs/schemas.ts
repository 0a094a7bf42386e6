export {
  CreateLogGroup$,
  CreateLogStream$,
  DeleteLogGroup$,
  DeleteRetentionPolicy$,
  DescribeLogGroups$,
  DescribeLogStreams$,
  FilterLogEvents$,
  GetLogEvents$,
  PutLogEvents$,
  PutRetentionPolicy$,
} from "@aws-sdk/client-cloudwatch-logs";
