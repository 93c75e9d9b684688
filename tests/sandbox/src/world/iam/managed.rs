//! Some of the policies that AWS keeps.

/// Path and names.
pub(super) const MANAGED: [(&str, &str); 3] = [
    (
        "/",
        "AdministratorAccess AmazonDynamoDBFullAccess AmazonDynamoDBReadOnlyAccess \
         AmazonEC2ContainerRegistryReadOnly AmazonEKSClusterPolicy AmazonEKSWorkerNodePolicy \
         AmazonEKS_CNI_Policy AmazonRDSReadOnlyAccess AmazonRoute53FullAccess AmazonS3FullAccess \
         AmazonS3ReadOnlyAccess AmazonSNSFullAccess AmazonSQSFullAccess AmazonSQSReadOnlyAccess \
         AmazonSSMReadOnlyAccess CloudWatchAgentServerPolicy CloudWatchReadOnlyAccess \
         IAMReadOnlyAccess PowerUserAccess ReadOnlyAccess SecretsManagerReadWrite SecurityAudit",
    ),
    (
        "/job-function/",
        "Billing DataScientist DatabaseAdministrator NetworkAdministrator SupportUser \
         SystemAdministrator ViewOnlyAccess",
    ),
    (
        "/service-role/",
        "AWSLambdaBasicExecutionRole AmazonEBSCSIDriverPolicy AmazonEC2RoleforSSM \
         AmazonEFSCSIDriverPolicy AmazonS3ObjectLambdaExecutionRolePolicy",
    ),
];
