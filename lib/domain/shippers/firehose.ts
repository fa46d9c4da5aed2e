/** Owns the ready Terraform of an Amazon Data Firehose stream. */
import { ingestUrl, type Shipper } from '@/lib/domain/shippers/shipper'

export const FIREHOSE: Shipper = {
  id: 'firehose',
  name: 'Amazon Data Firehose',
  group: 'Serving stacks',
  language: 'hcl',
  place: 'your Terraform',
  endpoint: 'POST /api/v1/ingest/{model}',
  config: (target) => `resource "aws_kinesis_firehose_delivery_stream" "plumbline" {
  name        = "plumbline"
  destination = "http_endpoint"

  http_endpoint_configuration {
    name               = "Plumbline"
    url                = "${ingestUrl(target)}"
    access_key         = "${target.key}"
    buffering_size     = 4       # MiB
    buffering_interval = 60      # seconds
    retry_duration     = 7200    # seconds, the most there is; 300 if left out
    role_arn           = aws_iam_role.firehose.arn
    s3_backup_mode     = "FailedDataOnly"

    request_configuration {
      content_encoding = "GZIP"
    }

    s3_configuration {
      role_arn   = aws_iam_role.firehose.arn
      bucket_arn = aws_s3_bucket.firehose_backup.arn
    }
  }
}
`,
  notes: [
    'Firehose speaks to https on port 443 only, with a certificate that it trusts.',
    'A subscription of CloudWatch Logs may fill the stream: what it packs is unpacked here. Give it a filter pattern, since lines that are no JSON are refused.',
    'What could not be delivered within two hours goes to the bucket: send those files again with "npm run import".',
  ],
}
