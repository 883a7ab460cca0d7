"""What an account is asked in the tests: every operation that is allowed, at least once, service by service."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

Do = Callable[..., Any]
Known = Mapping[str, tuple[str, ...]]
_TAGS = [{"Key": "team", "Value": "web"}]


def cloudwatch(do: Do, known: Known) -> None:
    alarm, name = known["AlarmName"][0], {"Namespace": known["Namespace"][0], "MetricName": "Orders"}
    do("PutMetricData", Namespace=name["Namespace"], MetricData=[{"MetricName": "Errors", "Value": 3.0}])
    assert {m["MetricName"] for m in do("ListMetrics")["Metrics"]} >= {"Orders", "Errors"}
    window = {"StartTime": "2020-01-01T00:00:00Z", "EndTime": "2040-01-01T00:00:00Z", "Period": 315360000}
    assert do("GetMetricStatistics", **name, **window, Statistics=["Sum"])["Datapoints"]
    arn = do("DescribeAlarms", AlarmNames=[alarm])["MetricAlarms"][0]["AlarmArn"]
    assert do("DescribeAlarmsForMetric", **name)["MetricAlarms"]
    do("SetAlarmState", AlarmName=alarm, StateValue="ALARM", StateReason="A drill")
    assert do("DescribeAlarms", AlarmNames=[alarm])["MetricAlarms"][0]["StateValue"] == "ALARM"
    do("DisableAlarmActions", AlarmNames=[alarm])
    do("EnableAlarmActions", AlarmNames=[alarm])
    do("TagResource", ResourceARN=arn, Tags=_TAGS)
    assert do("ListTagsForResource", ResourceARN=arn)["Tags"] == _TAGS
    do("UntagResource", ResourceARN=arn, TagKeys=["team"])
    more = {"Period": 60, "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold"}
    do("PutMetricAlarm", AlarmName="errors", **name, **more, Statistic="Maximum")
    do("DeleteAlarms", AlarmNames=["errors"])
    do("PutDashboard", DashboardName="shop", DashboardBody=json.dumps({"widgets": []}))
    assert do("ListDashboards")["DashboardEntries"]
    do("GetDashboard", DashboardName="shop")
    do("DeleteDashboards", DashboardNames=["shop"])


def dynamodb(do: Do, known: Known) -> None:
    table = known["TableName"][0]
    key = do("Scan", TableName=table)["Items"][0]["id"]
    assert do("GetItem", TableName=table, Key={"id": key})["Item"]["city"]
    query = {"KeyConditionExpression": "id = :i", "ExpressionAttributeValues": {":i": key}}
    assert do("Query", TableName=table, **query)["Count"] == 1
    arn = do("DescribeTable", TableName=table)["Table"]["TableArn"]
    assert table in do("ListTables")["TableNames"]
    item = {"id": {"S": "new-1"}, "amount": {"N": "5"}}
    do("PutItem", TableName=table, Item=item)
    changed = {"UpdateExpression": "SET amount = :a", "ExpressionAttributeValues": {":a": {"N": "7"}}}
    do("UpdateItem", TableName=table, Key={"id": {"S": "new-1"}}, **changed)
    assert do("BatchGetItem", RequestItems={table: {"Keys": [{"id": {"S": "new-1"}}]}})["Responses"][table][0][
        "amount"
    ] == {"N": "7"}
    do("DeleteItem", TableName=table, Key={"id": {"S": "new-1"}})
    do("BatchWriteItem", RequestItems={table: [{"PutRequest": {"Item": item}}]})
    do("TransactWriteItems", TransactItems=[{"Delete": {"TableName": table, "Key": {"id": {"S": "new-1"}}}}])
    do("UpdateTimeToLive", TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"})
    do("DescribeTimeToLive", TableName=table)
    recovery = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    do("UpdateContinuousBackups", TableName=table, **recovery)
    do("DescribeContinuousBackups", TableName=table)
    do("TagResource", ResourceArn=arn, Tags=_TAGS)
    assert do("ListTagsOfResource", ResourceArn=arn)["Tags"] == _TAGS
    do("UntagResource", ResourceArn=arn, TagKeys=["team"])
    definition = {
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    }
    do("CreateTable", TableName="Invoices", **definition, BillingMode="PAY_PER_REQUEST")
    do("UpdateTable", TableName="Invoices", DeletionProtectionEnabled=False)
    do("DeleteTable", TableName="Invoices")


def ecr(do: Do, known: Known) -> None:
    name = known["repositoryName"][0]
    arn = do("DescribeRepositories", repositoryNames=[name])["repositories"][0]["repositoryArn"]
    assert do("ListImages", repositoryName=name)["imageIds"][0]["imageTag"] == "v1.4.0"
    assert do("DescribeImages", repositoryName=name)["imageDetails"]
    image = do("BatchGetImage", repositoryName=name, imageIds=[{"imageTag": "v1.4.0"}])["images"][0]
    do("CreateRepository", repositoryName="shop/web")
    do("PutImage", repositoryName="shop/web", imageTag="v1", imageManifest=image["imageManifest"])
    do("BatchDeleteImage", repositoryName="shop/web", imageIds=[{"imageTag": "v1"}])
    do("PutImageTagMutability", repositoryName="shop/web", imageTagMutability="IMMUTABLE")
    do(
        "PutImageScanningConfiguration",
        repositoryName="shop/web",
        imageScanningConfiguration={"scanOnPush": True},
    )
    rule = {"rulePriority": 1, "action": {"type": "expire"}}
    rule["selection"] = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5}
    do("PutLifecyclePolicy", repositoryName="shop/web", lifecyclePolicyText=json.dumps({"rules": [rule]}))
    do("GetLifecyclePolicy", repositoryName="shop/web")
    do("DeleteLifecyclePolicy", repositoryName="shop/web")
    do("DeleteRepository", repositoryName="shop/web")
    do("TagResource", resourceArn=arn, tags=_TAGS)
    assert do("ListTagsForResource", resourceArn=arn)["tags"] == _TAGS
    do("UntagResource", resourceArn=arn, tagKeys=["team"])


def elbv2(do: Do, known: Known) -> None:
    balancer, group, vpc = known["LoadBalancerArn"][0], known["TargetGroupArn"][0], known["VpcId"][0]
    do("DescribeLoadBalancers")
    do("DescribeTargetGroups", LoadBalancerArn=balancer)
    health = do("DescribeTargetHealth", TargetGroupArn=group)["TargetHealthDescriptions"]
    assert {one["Target"]["Id"] for one in health} == set(known["InstanceId"])
    do("DeregisterTargets", TargetGroupArn=group, Targets=[{"Id": known["InstanceId"][0]}])
    do("RegisterTargets", TargetGroupArn=group, Targets=[{"Id": known["InstanceId"][0]}])
    do("ModifyTargetGroup", TargetGroupArn=group, HealthCheckPath="/healthy")
    made = do("CreateTargetGroup", Name="spare", Protocol="HTTP", Port=8080, VpcId=vpc)["TargetGroups"][0]
    forward = [{"Type": "forward", "TargetGroupArn": made["TargetGroupArn"]}]
    listener = do("CreateListener", LoadBalancerArn=balancer, Protocol="HTTP", Port=8080, DefaultActions=forward)
    assert len(do("DescribeListeners", LoadBalancerArn=balancer)["Listeners"]) == 2
    do("DeleteListener", ListenerArn=listener["Listeners"][0]["ListenerArn"])
    do("DeleteTargetGroup", TargetGroupArn=made["TargetGroupArn"])
    second = do("CreateLoadBalancer", Name="spare", Subnets=list(known["SubnetId"][:2]))["LoadBalancers"][0]
    do("DeleteLoadBalancer", LoadBalancerArn=second["LoadBalancerArn"])


def events(do: Do, known: Known) -> None:
    rule = known["Rule"][0]
    arn = do("DescribeRule", Name=rule)["Arn"]
    assert rule in [one["Name"] for one in do("ListRules")["Rules"]]
    target = do("ListTargetsByRule", Rule=rule)["Targets"][0]
    assert rule in do("ListRuleNamesByTarget", TargetArn=target["Arn"])["RuleNames"]
    do("DisableRule", Name=rule)
    assert do("DescribeRule", Name=rule)["State"] == "DISABLED"
    do("EnableRule", Name=rule)
    do("TagResource", ResourceARN=arn, Tags=_TAGS)
    assert do("ListTagsForResource", ResourceARN=arn)["Tags"] == _TAGS
    do("UntagResource", ResourceARN=arn, TagKeys=["team"])
    do("PutRule", Name="weekly", ScheduleExpression="rate(7 days)")
    do("PutTargets", Rule="weekly", Targets=[{"Id": "queue", "Arn": target["Arn"]}])
    do("RemoveTargets", Rule="weekly", Ids=["queue"])
    do("DeleteRule", Name="weekly")
    do("CreateEventBus", Name="shop")
    do("DescribeEventBus", Name="shop")
    entry = {"Source": "shop", "DetailType": "order", "Detail": "{}", "EventBusName": "shop"}
    assert do("PutEvents", Entries=[entry])["FailedEntryCount"] == 0
    assert len(do("ListEventBuses")["EventBuses"]) == 2
    do("DeleteEventBus", Name="shop")


def kinesis(do: Do, known: Known) -> None:
    stream = {"StreamName": known["StreamName"][0]}
    do("DescribeStream", **stream)
    do("DescribeStreamSummary", **stream)
    assert stream["StreamName"] in do("ListStreams")["StreamNames"]
    shard = do("ListShards", **stream)["Shards"][0]["ShardId"]
    do("PutRecord", **stream, Data="a click", PartitionKey="1")
    do("PutRecords", **stream, Records=[{"Data": "more", "PartitionKey": "1"}])
    at = do("GetShardIterator", **stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    assert [r["Data"] for r in do("GetRecords", ShardIterator=at)["Records"]][1:] == ["a click", "more"]
    do("IncreaseStreamRetentionPeriod", **stream, RetentionPeriodHours=48)
    do("DecreaseStreamRetentionPeriod", **stream, RetentionPeriodHours=24)
    do("AddTagsToStream", **stream, Tags={"team": "web"})
    assert do("ListTagsForStream", **stream)["Tags"] == _TAGS
    do("RemoveTagsFromStream", **stream, TagKeys=["team"])
    do("CreateStream", StreamName="spare", ShardCount=2)
    do("DeleteStream", StreamName="spare")


def kms(do: Do, known: Known) -> None:
    key, tags = known["KeyId"][0], [{"TagKey": "team", "TagValue": "web"}]
    sealed = do("Encrypt", KeyId=key, Plaintext="four words or five")["CiphertextBlob"]
    assert do("Decrypt", CiphertextBlob=sealed)["Plaintext"] == "four words or five"
    assert key in [one["KeyId"] for one in do("ListKeys")["Keys"]]
    do("UpdateKeyDescription", KeyId=key, Description="Of the shop")
    assert do("DescribeKey", KeyId=key)["KeyMetadata"]["Description"] == "Of the shop"
    do("EnableKeyRotation", KeyId=key)
    assert do("GetKeyRotationStatus", KeyId=key)["KeyRotationEnabled"]
    do("DisableKeyRotation", KeyId=key)
    do("DisableKey", KeyId=key)
    do("EnableKey", KeyId=key)
    do("TagResource", KeyId=key, Tags=tags)
    assert do("ListResourceTags", KeyId=key)["Tags"] == tags
    do("UntagResource", KeyId=key, TagKeys=["team"])
    do("CreateAlias", AliasName="alias/spare", TargetKeyId=key)
    do("UpdateAlias", AliasName="alias/spare", TargetKeyId=known["KeyId"][1])
    assert "alias/spare" in [one["AliasName"] for one in do("ListAliases")["Aliases"]]
    do("DeleteAlias", AliasName="alias/spare")
    spare = do("CreateKey", Description="Spare")["KeyMetadata"]["KeyId"]
    do("ScheduleKeyDeletion", KeyId=spare, PendingWindowInDays=7)
    do("CancelKeyDeletion", KeyId=spare)


def lambda_(do: Do, known: Known) -> None:
    name = {"FunctionName": known["FunctionName"][0]}
    arn = do("GetFunctionConfiguration", **name)["FunctionArn"]
    assert len(do("ListFunctions")["Functions"]) == 2
    assert do("UpdateFunctionConfiguration", **name, MemorySize=1024)["MemorySize"] == 1024
    version = do("PublishVersion", **name)["Version"]
    assert len(do("ListVersionsByFunction", **name)["Versions"]) == 2
    do("CreateAlias", **name, Name="live", FunctionVersion=version)
    do("GetAlias", **name, Name="live")
    do("UpdateAlias", **name, Name="live", Description="What users see")
    assert do("ListAliases", **name)["Aliases"]
    do("DeleteAlias", **name, Name="live")
    do("PutFunctionConcurrency", **name, ReservedConcurrentExecutions=3)
    assert do("GetFunctionConcurrency", **name)["ReservedConcurrentExecutions"] == 3
    do("DeleteFunctionConcurrency", **name)
    do("TagResource", Resource=arn, Tags={"team": "web"})
    assert do("ListTags", Resource=arn)["Tags"] == {"team": "web"}
    do("UntagResource", Resource=arn, TagKeys=["team"])
    do("DeleteFunction", **name)


def logs(do: Do, known: Known) -> None:
    group, stream = {"logGroupName": known["logGroupName"][0]}, {"logStreamName": known["logStreamName"][0]}
    assert len(do("DescribeLogGroups")["logGroups"]) == 2
    before = do("DescribeLogStreams", **group)["logStreams"]
    assert len(before) == 2
    said = do("GetLogEvents", **group, **stream)["events"]
    assert len(said) == 2
    do("PutLogEvents", **group, **stream, logEvents=[{"timestamp": said[-1]["timestamp"], "message": "FATAL gone"}])
    assert do("FilterLogEvents", **group, filterPattern="FATAL")["events"]
    do("PutRetentionPolicy", **group, retentionInDays=30)
    do("DeleteRetentionPolicy", **group)
    transformation = {"metricName": "Fatal", "metricNamespace": "Shop", "metricValue": "1"}
    do(
        "PutMetricFilter",
        **group,
        filterName="fatal",
        filterPattern="FATAL",
        metricTransformations=[transformation],
    )
    assert do("DescribeMetricFilters", **group)["metricFilters"]
    do("DeleteMetricFilter", **group, filterName="fatal")
    do("CreateLogGroup", logGroupName="/spare")
    do("CreateLogStream", logGroupName="/spare", logStreamName="one")
    do("DeleteLogStream", logGroupName="/spare", logStreamName="one")
    do("DeleteLogGroup", logGroupName="/spare")


def rds(do: Do, known: Known) -> None:
    name = {"DBInstanceIdentifier": known["DBInstanceIdentifier"][0]}
    arn = do("DescribeDBInstances", **name)["DBInstances"][0]["DBInstanceArn"]
    do("AddTagsToResource", ResourceName=arn, Tags=_TAGS)
    assert do("ListTagsForResource", ResourceName=arn)["TagList"] == _TAGS
    do("RemoveTagsFromResource", ResourceName=arn, TagKeys=["team"])
    assert do("ModifyDBInstance", **name, AllocatedStorage=200, ApplyImmediately=True)["DBInstance"]
    do("RebootDBInstance", **name)
    do("StopDBInstance", **name)
    do("StartDBInstance", **name)
    do("CreateDBSnapshot", **name, DBSnapshotIdentifier="monday")
    assert do("DescribeDBSnapshots", **name)["DBSnapshots"]
    do("RestoreDBInstanceFromDBSnapshot", DBInstanceIdentifier="again", DBSnapshotIdentifier="monday")
    do("DeleteDBSnapshot", DBSnapshotIdentifier="monday")
    do("DeleteDBInstance", DBInstanceIdentifier="again", SkipFinalSnapshot=True)
    subnets = {"DBSubnetGroupName": "inner", "DBSubnetGroupDescription": "Inner", "SubnetIds": known["SubnetId"][:2]}
    do("CreateDBSubnetGroup", **subnets)
    assert do("DescribeDBSubnetGroups")["DBSubnetGroups"]
    instance = {"DBInstanceClass": "db.t3.micro", "Engine": "postgres", "AllocatedStorage": 20}
    do(
        "CreateDBInstance",
        DBInstanceIdentifier="third",
        **instance,
        MasterUsername="me1",
        MasterUserPassword="secret12",
    )
