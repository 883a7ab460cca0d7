"""The operations of AWS that can be run on moto and make sense in a dialogue, by service, as botocore names them.

Left out on purpose: what needs Docker or a network (Lambda's Invoke, deliveries over HTTP), what makes key material
that differs from run to run (CreateKeyPair), what answers with thousands of entries (DescribeInstanceTypes), and what
moto accepts without doing anything.
"""

from __future__ import annotations

from collections.abc import Mapping

REGION = "us-east-1"


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ALLOWED: Mapping[str, tuple[str, ...]] = {
    "cloudwatch": _names(
        """DeleteAlarms DeleteDashboards DescribeAlarms DescribeAlarmsForMetric DisableAlarmActions EnableAlarmActions
        GetDashboard GetMetricStatistics ListDashboards ListMetrics ListTagsForResource PutDashboard PutMetricAlarm
        PutMetricData SetAlarmState TagResource UntagResource"""
    ),
    "dynamodb": _names(
        """BatchGetItem BatchWriteItem CreateTable DeleteItem DeleteTable DescribeContinuousBackups DescribeTable
        DescribeTimeToLive GetItem ListTables ListTagsOfResource PutItem Query Scan TagResource TransactWriteItems
        UntagResource UpdateContinuousBackups UpdateItem UpdateTable UpdateTimeToLive"""
    ),
    "ec2": _names(
        """AllocateAddress AssociateAddress AttachVolume AuthorizeSecurityGroupIngress CreateImage CreateSecurityGroup
        CreateSnapshot CreateSubnet CreateTags CreateVolume CreateVpc DeleteSecurityGroup DeleteSnapshot DeleteSubnet
        DeleteTags DeleteVolume DeleteVpc DescribeAddresses DescribeAvailabilityZones DescribeImages
        DescribeInstanceStatus DescribeInstances DescribeRegions DescribeSecurityGroups DescribeSnapshots
        DescribeSubnets DescribeTags DescribeVolumes DescribeVpcs DetachVolume DisassociateAddress
        ModifyInstanceAttribute RebootInstances ReleaseAddress RevokeSecurityGroupIngress RunInstances StartInstances
        StopInstances TerminateInstances"""
    ),
    "ecr": _names(
        """BatchDeleteImage BatchGetImage CreateRepository DeleteLifecyclePolicy DeleteRepository DescribeImages
        DescribeRepositories GetLifecyclePolicy ListImages ListTagsForResource PutImage PutImageScanningConfiguration
        PutImageTagMutability PutLifecyclePolicy TagResource UntagResource"""
    ),
    "elbv2": _names(
        """CreateListener CreateLoadBalancer CreateTargetGroup DeleteListener DeleteLoadBalancer DeleteTargetGroup
        DeregisterTargets DescribeListeners DescribeLoadBalancers DescribeTargetGroups DescribeTargetHealth
        ModifyTargetGroup RegisterTargets"""
    ),
    "events": _names(
        """CreateEventBus DeleteEventBus DeleteRule DescribeEventBus DescribeRule DisableRule EnableRule ListEventBuses
        ListRuleNamesByTarget ListRules ListTagsForResource ListTargetsByRule PutEvents PutRule PutTargets
        RemoveTargets TagResource UntagResource"""
    ),
    "iam": _names(
        """AddUserToGroup AttachGroupPolicy AttachRolePolicy AttachUserPolicy CreateAccessKey CreateGroup CreatePolicy
        CreateRole CreateUser DeleteAccessKey DeleteGroup DeletePolicy DeleteRole DeleteUser DetachGroupPolicy
        DetachRolePolicy DetachUserPolicy GetGroup GetPolicy GetRole GetUser ListAccessKeys ListAttachedGroupPolicies
        ListAttachedRolePolicies ListAttachedUserPolicies ListGroups ListGroupsForUser ListPolicies ListRoles ListUsers
        RemoveUserFromGroup TagUser UntagUser UpdateAccessKey UpdateUser"""
    ),
    "kinesis": _names(
        """AddTagsToStream CreateStream DecreaseStreamRetentionPeriod DeleteStream DescribeStream DescribeStreamSummary
        GetRecords GetShardIterator IncreaseStreamRetentionPeriod ListShards ListStreams ListTagsForStream PutRecord
        PutRecords RemoveTagsFromStream"""
    ),
    "kms": _names(
        """CancelKeyDeletion CreateAlias CreateKey Decrypt DeleteAlias DescribeKey DisableKey DisableKeyRotation
        EnableKey EnableKeyRotation Encrypt GetKeyRotationStatus ListAliases ListKeys ListResourceTags
        ScheduleKeyDeletion TagResource UntagResource UpdateAlias UpdateKeyDescription"""
    ),
    "lambda": _names(
        """CreateAlias DeleteAlias DeleteFunction DeleteFunctionConcurrency GetAlias GetFunctionConcurrency
        GetFunctionConfiguration ListAliases ListFunctions ListTags ListVersionsByFunction PublishVersion
        PutFunctionConcurrency TagResource UntagResource UpdateAlias UpdateFunctionConfiguration"""
    ),
    "logs": _names(
        """CreateLogGroup CreateLogStream DeleteLogGroup DeleteLogStream DeleteMetricFilter DeleteRetentionPolicy
        DescribeLogGroups DescribeLogStreams DescribeMetricFilters FilterLogEvents GetLogEvents PutLogEvents
        PutMetricFilter PutRetentionPolicy"""
    ),
    "rds": _names(
        """AddTagsToResource CreateDBInstance CreateDBSnapshot CreateDBSubnetGroup DeleteDBInstance DeleteDBSnapshot
        DescribeDBInstances DescribeDBSnapshots DescribeDBSubnetGroups ListTagsForResource ModifyDBInstance
        RebootDBInstance RemoveTagsFromResource RestoreDBInstanceFromDBSnapshot StartDBInstance StopDBInstance"""
    ),
    "route53": _names(
        """ChangeResourceRecordSets ChangeTagsForResource CreateHealthCheck CreateHostedZone DeleteHealthCheck
        DeleteHostedZone GetHealthCheck GetHostedZone GetHostedZoneCount ListHealthChecks ListHostedZones
        ListHostedZonesByName ListResourceRecordSets ListTagsForResource UpdateHostedZoneComment"""
    ),
    "s3": _names(
        """CopyObject CreateBucket DeleteBucket DeleteBucketTagging DeleteObject DeleteObjectTagging DeleteObjects
        GetBucketLocation GetBucketTagging GetBucketVersioning GetObject GetObjectTagging HeadBucket HeadObject
        ListBuckets ListObjectVersions ListObjectsV2 PutBucketTagging PutBucketVersioning PutObject PutObjectTagging"""
    ),
    "secretsmanager": _names(
        """CreateSecret DeleteSecret DescribeSecret GetRandomPassword GetSecretValue ListSecretVersionIds ListSecrets
        PutSecretValue RestoreSecret TagResource UntagResource UpdateSecret"""
    ),
    "sns": _names(
        """CreateTopic DeleteTopic GetSubscriptionAttributes GetTopicAttributes ListSubscriptions
        ListSubscriptionsByTopic ListTagsForResource ListTopics Publish SetTopicAttributes Subscribe TagResource
        Unsubscribe UntagResource"""
    ),
    "sqs": _names(
        """ChangeMessageVisibility CreateQueue DeleteMessage DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags
        ListQueues PurgeQueue ReceiveMessage SendMessage SendMessageBatch SetQueueAttributes TagQueue UntagQueue"""
    ),
    "ssm": _names(
        """AddTagsToResource DeleteParameter DeleteParameters DescribeParameters GetParameter GetParameterHistory
        GetParameters GetParametersByPath LabelParameterVersion ListTagsForResource PutParameter
        RemoveTagsFromResource"""
    ),
    "stepfunctions": _names(
        """CreateStateMachine DeleteStateMachine DescribeExecution DescribeStateMachine ListExecutions
        ListStateMachines ListTagsForResource StartExecution StopExecution TagResource UntagResource
        UpdateStateMachine"""
    ),
}

# What only reads: such a call leaves no trace in the account, and making it again costs nothing.
_READING = ("Describe", "List", "Get", "Head", "Query", "Scan", "BatchGet", "Filter")


def reads(operation: str) -> bool:
    """Whether an operation leaves an account as it was, told by its name."""
    return operation.startswith(_READING)
