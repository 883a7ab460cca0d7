"""What an account of AWS holds before anybody calls: small, from the world's seed, made by the same operations.

Each service has a function that makes calls and says what exists by then, by the parameter that takes it
(`Bucket`, `QueueUrl`). The things of a service that is called with two names fit each other: every bucket has the
same keys, every log group the same streams.
"""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from magnet_kg.execution.aws_operations import REGION

_PROJECTS = tuple("atlas harbor ledger beacon orchard meridian falcon quarry willow summit cobalt delta".split())
_STAGES = ("prod", "staging", "dev")
_PEOPLE = tuple("amira.khan ben.osei chloe.martin diego.ruiz emma.larsen farid.nazari grace.kim hugo.weber".split())
_TEAMS = tuple("Developers Analysts Operations Auditors Billing Support".split())
Names = dict[str, list[str]]


@dataclass(frozen=True)
class Call:
    """What a holding is made with.

    Attributes:
        make: calls an operation of the service.
        account: the account's number.
        now: the world's time.
        holds: what the services made before hold.
    """

    make: Callable[..., dict[str, Any]]
    account: str
    now: datetime
    holds: Mapping[str, Mapping[str, list[str]]]

    def __call__(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Call an operation of the service."""
        return self.make(operation, **arguments)

    def arn(self, service: str, name: str) -> str:
        """The name of a thing of this account all over the world."""
        return f"arn:aws:{service}:{REGION}:{self.account}:{name}"


def _project(rng: Random, count: int) -> list[str]:
    return [f"{name}-{rng.choice(_STAGES)}" for name in rng.sample(_PROJECTS, count)]


def _s3(call: Call, rng: Random) -> Names:
    buckets = [f"{name}-{kind}" for name, kind in zip(_project(rng, 2), rng.sample(_KINDS_OF_BUCKETS, 2), strict=True)]
    objects = {
        "README.txt": "What is kept here is deleted after 400 days.\n",
        "config/app.json": json.dumps({"debug": False, "workers": rng.randrange(2, 9)}),
        "reports/latest.csv": f"day,orders\n2026-01-02,{rng.randrange(90, 400)}\n2026-01-03,{rng.randrange(90, 400)}\n",
    }
    for bucket in buckets:
        call("CreateBucket", Bucket=bucket)
        for key, body in objects.items():
            call("PutObject", Bucket=bucket, Key=key, Body=body, ContentType="text/plain")
    call("PutBucketTagging", Bucket=buckets[0], Tagging={"TagSet": [{"Key": "team", "Value": "data"}]})
    return {"Bucket": buckets, "Key": list(objects)}


_KINDS_OF_BUCKETS = ("assets", "backups", "invoices", "exports", "uploads")


def _dynamodb(call: Call, rng: Random) -> Names:
    tables = rng.sample(["Orders", "Customers", "Devices", "Bookings"], 2)
    for table in tables:
        call(
            "CreateTable",
            TableName=table,
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        for number in range(3):
            item = {"id": {"S": f"{table[:3].lower()}-{101 + number}"}, "city": {"S": rng.choice(_CITIES)}}
            item["amount"] = {"N": str(rng.randrange(20, 900))}
            call("PutItem", TableName=table, Item=item)
    return {"TableName": tables}


_CITIES = ("Lisbon", "Oslo", "Denver", "Nagoya", "Leeds", "Turin")


def _sqs(call: Call, rng: Random) -> Names:
    names = [f"{name}-{kind}" for name, kind in zip(rng.sample(_PROJECTS, 2), ("jobs", "emails"), strict=True)]
    urls = [call("CreateQueue", QueueName=name)["QueueUrl"] for name in names]
    for url in urls:
        for number in range(2):
            body = json.dumps({"task": rng.choice(["resize", "notify", "archive"]), "number": 40 + number})
            call("SendMessage", QueueUrl=url, MessageBody=body)
    return {"QueueName": names, "QueueUrl": urls}


def _sns(call: Call, rng: Random) -> Names:
    names = [f"{name}-{kind}" for name, kind in zip(rng.sample(_PROJECTS, 2), ("alerts", "releases"), strict=True)]
    arns = [call("CreateTopic", Name=name)["TopicArn"] for name in names]
    queue = call.arn("sqs", call.holds["sqs"]["QueueName"][0])
    made = [
        call("Subscribe", TopicArn=arns[0], Protocol="email", Endpoint=f"{rng.choice(_PEOPLE)}@example.com"),
        call("Subscribe", TopicArn=arns[0], Protocol="sqs", Endpoint=queue),
    ]
    return {"TopicArn": arns, "SubscriptionArn": [one["SubscriptionArn"] for one in made]}


def _ec2(call: Call, rng: Random) -> Names:
    vpc = call("DescribeVpcs")["Vpcs"][0]["VpcId"]
    subnets = [subnet["SubnetId"] for subnet in call("DescribeSubnets")["Subnets"]]
    group = call("CreateSecurityGroup", GroupName="web", Description="Web servers", VpcId=vpc)["GroupId"]
    images = [image["ImageId"] for image in call("DescribeImages")["Images"]]
    instances = []
    for name, number in zip(rng.sample(_PROJECTS, 2), (1, 2), strict=True):
        made = call(
            "RunInstances",
            ImageId=images[0],
            InstanceType=rng.choice(["t3.micro", "t3.small", "m5.large"]),
            MinCount=1,
            MaxCount=1,
            SubnetId=subnets[number],
            SecurityGroupIds=[group],
            TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": f"{name}-web"}]}],
        )
        instances.append(made["Instances"][0]["InstanceId"])
    volume = call("CreateVolume", AvailabilityZone=f"{REGION}a", Size=rng.choice([20, 50, 100]))["VolumeId"]
    return {
        "InstanceId": instances,
        "ImageId": images,
        "VolumeId": [volume],
        "VpcId": [vpc],
        "SubnetId": subnets,
        "GroupId": [group],
    }


def _iam(call: Call, rng: Random) -> Names:
    users, groups = rng.sample(_PEOPLE, 3), rng.sample(_TEAMS, 2)
    for group in groups:
        call("CreateGroup", GroupName=group)
    for user in users:
        call("CreateUser", UserName=user)
        call("AddUserToGroup", UserName=user, GroupName=rng.choice(groups))
    roles = []
    for name, service in (("worker", "lambda"), ("pipeline", "states")):
        roles.append(f"{rng.choice(_PROJECTS)}-{name}")
        trust = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        call("CreateRole", RoleName=roles[-1], AssumeRolePolicyDocument=policy)
    allow = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    arn = call("CreatePolicy", PolicyName="ReadReports", PolicyDocument=document)["Policy"]["Arn"]
    call("AttachGroupPolicy", GroupName=groups[0], PolicyArn=arn)
    return {"UserName": users, "GroupName": groups, "RoleName": roles, "PolicyArn": [arn]}


def _lambda(call: Call, rng: Random) -> Names:
    role = f"arn:aws:iam::{call.account}:role/{call.holds['iam']['RoleName'][0]}"
    names = [f"{name}-{kind}" for name, kind in zip(rng.sample(_PROJECTS, 2), ("thumbnail", "notify"), strict=True)]
    for name in names:
        call(
            "CreateFunction",
            FunctionName=name,
            Runtime="python3.12",
            Role=role,
            Handler="app.handler",
            Code={"ZipFile": _program()},
            MemorySize=rng.choice([128, 256, 512]),
            Timeout=rng.choice([3, 10, 30]),
        )
    return {"FunctionName": names}


def _program() -> bytes:
    """A zipped program, the same bytes at any time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), "def handler(event, context):\n    return event\n")
    return buffer.getvalue()


def _logs(call: Call, rng: Random) -> Names:
    groups, streams = [f"/app/{name}" for name in rng.sample(_PROJECTS, 2)], ["web", "worker"]
    last = int(call.now.timestamp() * 1000) - 3_700_000
    for group in groups:
        call("CreateLogGroup", logGroupName=group)
        for stream in streams:
            call("CreateLogStream", logGroupName=group, logStreamName=stream)
            said = rng.sample(_SAID, 2)
            events = [{"timestamp": last + 1000 * n, "message": text} for n, text in enumerate(said)]
            call("PutLogEvents", logGroupName=group, logStreamName=stream, logEvents=events)
    return {"logGroupName": groups, "logStreamName": streams}


_SAID = (
    "INFO started in 812 ms",
    "ERROR timeout while reading from the database",
    "WARN disk is 91% full",
    "INFO 42 orders imported",
    "ERROR payment 7731 was refused",
)


def _events(call: Call, rng: Random) -> Names:
    rules = [f"{name}-{kind}" for name, kind in zip(rng.sample(_PROJECTS, 2), ("nightly", "hourly"), strict=True)]
    queue = call.arn("sqs", call.holds["sqs"]["QueueName"][0])
    for rule, schedule in zip(rules, ("cron(0 3 * * ? *)", "rate(1 hour)"), strict=True):
        call("PutRule", Name=rule, ScheduleExpression=schedule, State="ENABLED")
        call("PutTargets", Rule=rule, Targets=[{"Id": "queue", "Arn": queue}])
    return {"Rule": rules, "Name": rules}


def _secretsmanager(call: Call, rng: Random) -> Names:
    names = [f"{name}/{kind}" for name, kind in zip(rng.sample(_PROJECTS, 2), ("database", "mail"), strict=True)]
    for name in names:
        value = {"username": "service", "password": f"pw-{rng.randrange(10**7, 10**8)}"}
        call("CreateSecret", Name=name, SecretString=json.dumps(value))
    return {"SecretId": names}


def _ssm(call: Call, rng: Random) -> Names:
    project = rng.choice(_PROJECTS)
    values = {
        f"/{project}/database/host": f"db{rng.randrange(1, 9)}.internal.example.com",
        f"/{project}/feature/dark-mode": rng.choice(["on", "off"]),
        f"/{project}/retries": str(rng.randrange(2, 8)),
    }
    for name, value in values.items():
        call("PutParameter", Name=name, Value=value, Type="String")
    return {"Name": list(values), "Path": [f"/{project}"]}


def _kms(call: Call, rng: Random) -> Names:
    names = rng.sample(_PROJECTS, 2)
    keys = [call("CreateKey", Description=f"Data of {name}")["KeyMetadata"]["KeyId"] for name in names]
    aliases = [f"alias/{name}" for name in names]
    for alias, key in zip(aliases, keys, strict=True):
        call("CreateAlias", AliasName=alias, TargetKeyId=key)
    return {"KeyId": keys, "AliasName": aliases}


def _route53(call: Call, rng: Random) -> Names:
    zones, names = [], [f"{name}.example.com" for name in rng.sample(_PROJECTS, 2)]
    for name in names:
        zones.append(call("CreateHostedZone", Name=name, CallerReference=name)["HostedZone"]["Id"].rpartition("/")[2])
        record = {"Name": f"www.{name}", "Type": "A", "TTL": 300}
        record["ResourceRecords"] = [{"Value": f"203.0.113.{rng.randrange(2, 250)}"}]
        batch = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
        call("ChangeResourceRecordSets", HostedZoneId=zones[-1], ChangeBatch=batch)
    return {"HostedZoneId": zones, "DNSName": names}


def _cloudwatch(call: Call, rng: Random) -> Names:
    name = rng.choice(_PROJECTS)
    space = name.capitalize()
    for minutes in (30, 20, 10):
        data = [{"MetricName": "Orders", "Value": float(rng.randrange(5, 60)), "Unit": "Count"}]
        data[0]["Timestamp"] = datetime.fromtimestamp(call.now.timestamp() - 60 * minutes, call.now.tzinfo).isoformat()
        call("PutMetricData", Namespace=space, MetricData=data)
    alarm = f"{name}-few-orders"
    call(
        "PutMetricAlarm",
        AlarmName=alarm,
        Namespace=space,
        MetricName="Orders",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=2,
        Threshold=float(rng.randrange(3, 9)),
        ComparisonOperator="LessThanThreshold",
    )
    return {"AlarmName": [alarm], "Namespace": [space], "MetricName": ["Orders"]}


def _stepfunctions(call: Call, rng: Random) -> Names:
    role = f"arn:aws:iam::{call.account}:role/{call.holds['iam']['RoleName'][1]}"
    definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    names = [f"{name}-{kind}" for name, kind in zip(rng.sample(_PROJECTS, 2), ("checkout", "import"), strict=True)]
    arns = [call("CreateStateMachine", name=n, definition=definition, roleArn=role)["stateMachineArn"] for n in names]
    ran = call("StartExecution", stateMachineArn=arns[0], name="first", input="{}")["executionArn"]
    return {"stateMachineArn": arns, "executionArn": [ran]}


def _ecr(call: Call, rng: Random) -> Names:
    names = [f"{name}/{kind}" for name, kind in zip(rng.sample(_PROJECTS, 2), ("api", "worker"), strict=True)]
    for name in names:
        call("CreateRepository", repositoryName=name)
        config = {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 7023}
        config["digest"] = f"sha256:{rng.getrandbits(256):064x}"
        layer = {"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "size": 32654}
        layer["digest"] = f"sha256:{rng.getrandbits(256):064x}"
        manifest = {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json"}
        manifest |= {"config": config, "layers": [layer]}
        call("PutImage", repositoryName=name, imageTag="v1.4.0", imageManifest=json.dumps(manifest))
    return {"repositoryName": names, "imageTag": ["v1.4.0"]}


def _kinesis(call: Call, rng: Random) -> Names:
    names = [f"{name}-{kind}" for name, kind in zip(rng.sample(_PROJECTS, 2), ("clicks", "orders"), strict=True)]
    for name in names:
        call("CreateStream", StreamName=name, ShardCount=1)
        call("PutRecord", StreamName=name, Data=json.dumps({"amount": rng.randrange(5, 90)}), PartitionKey="first")
    return {"StreamName": names}


def _rds(call: Call, rng: Random) -> Names:
    names = [f"{name}-db" for name in rng.sample(_PROJECTS, 2)]
    for name in names:
        call(
            "CreateDBInstance",
            DBInstanceIdentifier=name,
            DBInstanceClass=rng.choice(["db.t3.micro", "db.t3.medium", "db.m5.large"]),
            Engine=rng.choice(["postgres", "mysql"]),
            AllocatedStorage=rng.choice([20, 50, 100]),
            MasterUsername="admin1",
            MasterUserPassword=base64.b32encode(rng.randbytes(10)).decode(),
        )
    return {"DBInstanceIdentifier": names}


def _elbv2(call: Call, rng: Random) -> Names:
    ec2, name = call.holds["ec2"], rng.choice(_PROJECTS)
    made = call("CreateLoadBalancer", Name=f"{name}-web", Subnets=ec2["SubnetId"][:2], SecurityGroups=ec2["GroupId"])
    balancer = made["LoadBalancers"][0]["LoadBalancerArn"]
    made = call("CreateTargetGroup", Name=f"{name}-targets", Protocol="HTTP", Port=80, VpcId=ec2["VpcId"][0])
    group = made["TargetGroups"][0]["TargetGroupArn"]
    call("RegisterTargets", TargetGroupArn=group, Targets=[{"Id": instance} for instance in ec2["InstanceId"]])
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    call("CreateListener", LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=forward)
    return {"LoadBalancerArn": [balancer], "TargetGroupArn": [group]}


HOLDINGS: Mapping[str, Callable[[Call, Random], Names]] = {
    "cloudwatch": _cloudwatch,
    "dynamodb": _dynamodb,
    "ec2": _ec2,
    "ecr": _ecr,
    "elbv2": _elbv2,
    "events": _events,
    "iam": _iam,
    "kinesis": _kinesis,
    "kms": _kms,
    "lambda": _lambda,
    "logs": _logs,
    "rds": _rds,
    "route53": _route53,
    "s3": _s3,
    "secretsmanager": _secretsmanager,
    "sns": _sns,
    "sqs": _sqs,
    "ssm": _ssm,
    "stepfunctions": _stepfunctions,
}
# What comes in all the time, and is kept for some days only.
FLOWING = frozenset({"PutLogEvents", "PutMetricData", "PutRecord", "SendMessage", "StartExecution"})
# What a service reaches into has to be there before it is called.
_NEEDS = {
    "elbv2": ("ec2",),
    "events": ("sqs", "logs"),
    "lambda": ("iam",),
    "logs": ("cloudwatch",),
    "rds": ("ec2",),
    "sns": ("sqs",),
    "stepfunctions": ("iam",),
}


def needed(service: str) -> Iterator[str]:
    """The services that have to hold something before a service is called, itself last."""
    for other in _NEEDS.get(service, ()):
        yield from needed(other)
    yield service
