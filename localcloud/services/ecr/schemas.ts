export {
  BatchCheckLayerAvailability$,
  BatchDeleteImage$,
  BatchGetImage$,
  CreateRepository$,
  DeleteRepository$,
  DescribeImages$,
  DescribeRepositories$,
  GetAuthorizationToken$,
  ListImages$,
  ListTagsForResource$,
  PutImage$,
  PutImageTagMutability$,
} from "@aws-sdk/client-ecr";
