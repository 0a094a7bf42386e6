export { DescribeSecurityGroups$, DescribeSubnets$, DescribeVpcs$ } from "@aws-sdk/client-ec2";
