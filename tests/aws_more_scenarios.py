"""The rest of `aws_scenarios`, and all of them by service."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import aws_scenarios

Do = Callable[..., Any]
Known = Mapping[str, tuple[str, ...]]
_TAGS = [{"Key": "team", "Value": "web"}]


def ec2(do: Do, known: Known) -> None:
    instance, image = known["InstanceId"][0], known["ImageId"][0]
    assert len(do("DescribeInstances")["Reservations"]) == 2
    do("StopInstances", InstanceIds=[instance])
    statuses = do("DescribeInstanceStatus", IncludeAllInstances=True)["InstanceStatuses"]
    assert {one["InstanceState"]["Name"] for one in statuses} == {"stopped", "running"}
    do("ModifyInstanceAttribute", InstanceId=instance, InstanceType={"Value": "m5.large"})
    do("StartInstances", InstanceIds=[instance])
    do("RebootInstances", InstanceIds=[instance])
    made = do("RunInstances", ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1)["Instances"][0]
    do("CreateTags", Resources=[made["InstanceId"]], Tags=_TAGS)
    assert [t["Key"] for t in do("DescribeTags", Filters=[{"Name": "key", "Values": ["team"]}])["Tags"]] == ["team"]
    do("DeleteTags", Resources=[made["InstanceId"]], Tags=_TAGS)
    own = do("CreateImage", InstanceId=made["InstanceId"], Name="golden")["ImageId"]
    assert do("DescribeImages", ImageIds=[own])["Images"]
    address = do("AllocateAddress", Domain="vpc")["AllocationId"]
    held = do("AssociateAddress", AllocationId=address, InstanceId=made["InstanceId"])["AssociationId"]
    assert do("DescribeAddresses")["Addresses"][0]["InstanceId"] == made["InstanceId"]
    do("DisassociateAddress", AssociationId=held)
    do("ReleaseAddress", AllocationId=address)
    zone = do("DescribeAvailabilityZones")["AvailabilityZones"][0]["ZoneName"]
    assert "eu-west-1" in [one["RegionName"] for one in do("DescribeRegions")["Regions"]]
    volume = do("CreateVolume", AvailabilityZone=zone, Size=8)["VolumeId"]
    do("AttachVolume", VolumeId=volume, InstanceId=made["InstanceId"], Device="/dev/sdf")
    do("DetachVolume", VolumeId=volume, InstanceId=made["InstanceId"])
    snapshot = do("CreateSnapshot", VolumeId=volume, Description="Monday")["SnapshotId"]
    assert do("DescribeSnapshots", SnapshotIds=[snapshot])["Snapshots"]
    do("DeleteSnapshot", SnapshotId=snapshot)
    do("DeleteVolume", VolumeId=volume)
    assert known["VolumeId"][0] in [one["VolumeId"] for one in do("DescribeVolumes")["Volumes"]]
    do("TerminateInstances", InstanceIds=[made["InstanceId"]])
    vpc = do("CreateVpc", CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = do("CreateSubnet", VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = do("CreateSecurityGroup", GroupName="inner", Description="Inner", VpcId=vpc)["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}
    do("AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=[rule])
    assert do("DescribeSecurityGroups", GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    do("RevokeSecurityGroupIngress", GroupId=group, IpPermissions=[rule])
    do("DeleteSecurityGroup", GroupId=group)
    assert do("DescribeSubnets", SubnetIds=[subnet])["Subnets"]
    do("DeleteSubnet", SubnetId=subnet)
    assert len(do("DescribeVpcs")["Vpcs"]) == 2
    do("DeleteVpc", VpcId=vpc)


def iam(do: Do, known: Known) -> None:
    user, group, role, policy = (known[name][0] for name in ("UserName", "GroupName", "RoleName", "PolicyArn"))
    do("GetUser", UserName=user)
    assert len(do("ListUsers")["Users"]) == 3
    do("CreateUser", UserName="new.one")
    do("UpdateUser", UserName="new.one", NewUserName="new.two")
    do("TagUser", UserName="new.two", Tags=_TAGS)
    do("UntagUser", UserName="new.two", TagKeys=["team"])
    do("AddUserToGroup", UserName="new.two", GroupName=group)
    assert "new.two" in [one["UserName"] for one in do("GetGroup", GroupName=group)["Users"]]
    assert do("ListGroupsForUser", UserName="new.two")["Groups"]
    do("RemoveUserFromGroup", UserName="new.two", GroupName=group)
    key = do("CreateAccessKey", UserName="new.two")["AccessKey"]["AccessKeyId"]
    do("UpdateAccessKey", UserName="new.two", AccessKeyId=key, Status="Inactive")
    assert do("ListAccessKeys", UserName="new.two")["AccessKeyMetadata"][0]["Status"] == "Inactive"
    do("DeleteAccessKey", UserName="new.two", AccessKeyId=key)
    do("GetPolicy", PolicyArn=policy)
    assert policy in [one["Arn"] for one in do("ListPolicies", Scope="Local")["Policies"]]
    do("AttachUserPolicy", UserName="new.two", PolicyArn=policy)
    assert do("ListAttachedUserPolicies", UserName="new.two")["AttachedPolicies"]
    do("DetachUserPolicy", UserName="new.two", PolicyArn=policy)
    do("AttachRolePolicy", RoleName=role, PolicyArn=policy)
    assert do("ListAttachedRolePolicies", RoleName=role)["AttachedPolicies"]
    do("DetachRolePolicy", RoleName=role, PolicyArn=policy)
    do("CreateGroup", GroupName="Guests")
    do("AttachGroupPolicy", GroupName="Guests", PolicyArn=policy)
    assert do("ListAttachedGroupPolicies", GroupName="Guests")["AttachedPolicies"]
    do("DetachGroupPolicy", GroupName="Guests", PolicyArn=policy)
    do("DeleteGroup", GroupName="Guests")
    assert len(do("ListGroups")["Groups"]) == 2
    trust = do("GetRole", RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    do("CreateRole", RoleName="guest", AssumeRolePolicyDocument=json.dumps(trust))
    assert "guest" in [one["RoleName"] for one in do("ListRoles")["Roles"]]
    do("DeleteRole", RoleName="guest")
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    made = do("CreatePolicy", PolicyName="AllOfS3", PolicyDocument=json.dumps(allow))["Policy"]["Arn"]
    do("DeletePolicy", PolicyArn=made)
    do("DeleteUser", UserName="new.two")


def route53(do: Do, known: Known) -> None:
    zone, name = known["HostedZoneId"][0], known["DNSName"][0]
    do("GetHostedZone", Id=zone)
    assert do("GetHostedZoneCount")["HostedZoneCount"] == 2
    assert len(do("ListHostedZones")["HostedZones"]) == 2
    assert do("ListHostedZonesByName", DNSName=name)["HostedZones"]
    record = {"Name": f"shop.{name}", "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": f"www.{name}"}]}
    batch = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    do("ChangeResourceRecordSets", HostedZoneId=zone, ChangeBatch=batch)
    found = do("ListResourceRecordSets", HostedZoneId=zone)["ResourceRecordSets"]
    assert f"shop.{name}." in [one["Name"] for one in found]
    do("UpdateHostedZoneComment", Id=zone, Comment="Of the shop")
    do("ChangeTagsForResource", ResourceType="hostedzone", ResourceId=zone, AddTags=_TAGS)
    assert do("ListTagsForResource", ResourceType="hostedzone", ResourceId=zone)["ResourceTagSet"]["Tags"] == _TAGS
    config = {"IPAddress": "203.0.113.7", "Port": 80, "Type": "HTTP", "ResourcePath": "/healthy"}
    check = do("CreateHealthCheck", CallerReference="one", HealthCheckConfig=config)["HealthCheck"]["Id"]
    assert do("ListHealthChecks")["HealthChecks"]
    do("GetHealthCheck", HealthCheckId=check)
    do("DeleteHealthCheck", HealthCheckId=check)
    made = do("CreateHostedZone", Name="spare.example.com", CallerReference="two")["HostedZone"]["Id"]
    do("DeleteHostedZone", Id=made)


def s3(do: Do, known: Known) -> None:
    bucket, key = {"Bucket": known["Bucket"][0]}, known["Key"][0]
    do("HeadBucket", **bucket)
    do("GetBucketLocation", **bucket)
    assert {one["Name"] for one in do("ListBuckets")["Buckets"]} == set(known["Bucket"])
    assert do("ListObjectsV2", **bucket)["KeyCount"] == 3
    assert do("GetObject", **bucket, Key=key)["Body"].startswith("What is kept here")
    do("PutBucketTagging", **bucket, Tagging={"TagSet": _TAGS})
    assert do("GetBucketTagging", **bucket)["TagSet"] == _TAGS
    do("DeleteBucketTagging", **bucket)
    do("PutBucketVersioning", **bucket, VersioningConfiguration={"Status": "Enabled"})
    assert do("GetBucketVersioning", **bucket)["Status"] == "Enabled"
    do("PutObject", **bucket, Key="a/note.txt", Body="für später")
    assert do("HeadObject", **bucket, Key="a/note.txt")["ContentLength"] == len("für später".encode())
    do("CopyObject", **bucket, Key="b/note.txt", CopySource=f"{bucket['Bucket']}/a/note.txt")
    assert do("GetObject", **bucket, Key="b/note.txt")["Body"] == "für später"
    do("PutObjectTagging", **bucket, Key="a/note.txt", Tagging={"TagSet": _TAGS})
    assert do("GetObjectTagging", **bucket, Key="a/note.txt")["TagSet"] == _TAGS
    do("DeleteObjectTagging", **bucket, Key="a/note.txt")
    do("DeleteObject", **bucket, Key="a/note.txt")
    do("DeleteObjects", **bucket, Delete={"Objects": [{"Key": "b/note.txt"}]})
    assert len(do("ListObjectVersions", **bucket)["DeleteMarkers"]) == 2
    do("CreateBucket", Bucket="spare-bucket-of-mine")
    do("DeleteBucket", Bucket="spare-bucket-of-mine")


def secretsmanager(do: Do, known: Known) -> None:
    name = {"SecretId": known["SecretId"][0]}
    assert json.loads(do("GetSecretValue", **name)["SecretString"])["username"] == "service"
    arn = do("DescribeSecret", **name)["ARN"]
    assert arn in [one["ARN"] for one in do("ListSecrets")["SecretList"]]
    assert len(do("GetRandomPassword", PasswordLength=20)["RandomPassword"]) == 20
    do("PutSecretValue", **name, SecretString="other")
    assert len(do("ListSecretVersionIds", **name)["Versions"]) == 2
    do("UpdateSecret", **name, Description="Of the shop")
    do("TagResource", **name, Tags=_TAGS)
    do("UntagResource", **name, TagKeys=["team"])
    do("CreateSecret", Name="spare", SecretString="hush")
    do("DeleteSecret", SecretId="spare", RecoveryWindowInDays=7)
    do("RestoreSecret", SecretId="spare")


def sns(do: Do, known: Known) -> None:
    topic = {"TopicArn": known["TopicArn"][0]}
    assert len(do("ListTopics")["Topics"]) == 2
    do("GetTopicAttributes", **topic)
    do("SetTopicAttributes", **topic, AttributeName="DisplayName", AttributeValue="Shop")
    made = do("Subscribe", **topic, Protocol="email", Endpoint="me@example.com", ReturnSubscriptionArn=True)
    assert len(do("ListSubscriptionsByTopic", **topic)["Subscriptions"]) == 3
    assert len(do("ListSubscriptions")["Subscriptions"]) == 3
    do("GetSubscriptionAttributes", SubscriptionArn=known["SubscriptionArn"][1])
    do("Publish", **topic, Message="The shop is open", Subject="Open")
    do("Unsubscribe", SubscriptionArn=made["SubscriptionArn"])
    arn = {"ResourceArn": topic["TopicArn"]}
    do("TagResource", **arn, Tags=_TAGS)
    assert do("ListTagsForResource", **arn)["Tags"] == _TAGS
    do("UntagResource", **arn, TagKeys=["team"])
    do("DeleteTopic", TopicArn=do("CreateTopic", Name="spare")["TopicArn"])


def sqs(do: Do, known: Known) -> None:
    queue = {"QueueUrl": known["QueueUrl"][0]}
    assert do("GetQueueUrl", QueueName=known["QueueName"][0]) == queue
    assert len(do("ListQueues")["QueueUrls"]) == 2
    message = do("ReceiveMessage", **queue, WaitTimeSeconds=20)["Messages"][0]
    do("ChangeMessageVisibility", **queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=60)
    do("DeleteMessage", **queue, ReceiptHandle=message["ReceiptHandle"])
    do("SendMessage", **queue, MessageBody="Are you there?")
    do("SendMessageBatch", **queue, Entries=[{"Id": "1", "MessageBody": "one"}, {"Id": "2", "MessageBody": "two"}])
    counted = do("GetQueueAttributes", **queue, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    assert counted == {"ApproximateNumberOfMessages": "4"}
    do("SetQueueAttributes", **queue, Attributes={"VisibilityTimeout": "45"})
    do("TagQueue", **queue, Tags={"team": "web"})
    assert do("ListQueueTags", **queue)["Tags"] == {"team": "web"}
    do("UntagQueue", **queue, TagKeys=["team"])
    do("PurgeQueue", **queue)
    assert "Messages" not in do("ReceiveMessage", **queue, WaitTimeSeconds=20)
    do("DeleteQueue", QueueUrl=do("CreateQueue", QueueName="spare")["QueueUrl"])


def ssm(do: Do, known: Known) -> None:
    name, path = known["Name"][0], known["Path"][0]
    assert do("GetParameter", Name=name)["Parameter"]["Value"].startswith("db")
    assert len(do("GetParametersByPath", Path=path, Recursive=True)["Parameters"]) == 3
    assert do("GetParameters", Names=[name, "/none"])["InvalidParameters"] == ["/none"]
    assert len(do("DescribeParameters")["Parameters"]) == 3
    do("PutParameter", Name=name, Value="db9.internal.example.com", Type="String", Overwrite=True)
    assert len(do("GetParameterHistory", Name=name)["Parameters"]) == 2
    do("LabelParameterVersion", Name=name, ParameterVersion=2, Labels=["current"])
    resource = {"ResourceType": "Parameter", "ResourceId": name}
    do("AddTagsToResource", **resource, Tags=_TAGS)
    assert do("ListTagsForResource", **resource)["TagList"] == _TAGS
    do("RemoveTagsFromResource", **resource, TagKeys=["team"])
    do("DeleteParameter", Name=name)
    do("DeleteParameters", Names=list(known["Name"][1:]))


def stepfunctions(do: Do, known: Known) -> None:
    machine = {"stateMachineArn": known["stateMachineArn"][0]}
    found = do("DescribeStateMachine", **machine)
    assert len(do("ListStateMachines")["stateMachines"]) == 2
    run = do("StartExecution", **machine, name="second", input="{}")["executionArn"]
    assert len(do("ListExecutions", **machine)["executions"]) == 2
    do("DescribeExecution", executionArn=run)
    do("StopExecution", executionArn=run)
    do("UpdateStateMachine", **machine, definition=found["definition"])
    arn = {"resourceArn": machine["stateMachineArn"]}
    do("TagResource", **arn, tags=[{"key": "team", "value": "web"}])
    assert do("ListTagsForResource", **arn)["tags"]
    do("UntagResource", **arn, tagKeys=["team"])
    made = do("CreateStateMachine", name="spare", definition=found["definition"], roleArn=found["roleArn"])
    do("DeleteStateMachine", stateMachineArn=made["stateMachineArn"])


SCENARIOS: Mapping[str, Callable[[Do, Known], None]] = {
    "cloudwatch": aws_scenarios.cloudwatch,
    "dynamodb": aws_scenarios.dynamodb,
    "ec2": ec2,
    "ecr": aws_scenarios.ecr,
    "elbv2": aws_scenarios.elbv2,
    "events": aws_scenarios.events,
    "iam": iam,
    "kinesis": aws_scenarios.kinesis,
    "kms": aws_scenarios.kms,
    "lambda": aws_scenarios.lambda_,
    "logs": aws_scenarios.logs,
    "rds": aws_scenarios.rds,
    "route53": route53,
    "s3": s3,
    "secretsmanager": secretsmanager,
    "sns": sns,
    "sqs": sqs,
    "ssm": ssm,
    "stepfunctions": stepfunctions,
}
